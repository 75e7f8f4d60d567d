/**
 * A device: one person's data in one folder, and everything that can be done with it. The composition root of this
 * room; clock, randomness and network come from outside, so that a test can move them.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import type { EntityKind } from '@mhb/core-domain';
import { v7 } from 'uuid';
import { z } from 'zod';
import { ChangeFeed } from './changes/change-feed.ts';
import { ensureDeviceId } from './changes/device-state.ts';
import { existsSync } from 'node:fs';
import { backUpOncePerDay } from './backups/back-up.ts';
import { commandTable } from './command-table.ts';
import { databaseFailure } from './database/failures.ts';
import { migrate, type NewerDatabase } from './database/migrate.ts';
import { isPlainFile } from './database/keyed-copy.ts';
import { goOnWithLock } from './encryption/apply-lock.ts';
import type { Encryption, EncryptionParts } from './encryption/encryption.ts';
import { type NotUnlocked, unlock } from './encryption/unlock.ts';
import type { TextCodec } from './vault/secret-file.ts';
import { openSqlite } from './database/sqlite.ts';
import type { DatabaseFailure } from './database/failures.ts';
import type { Database } from './database/sql.ts';
import type {
  BackupFolderDep,
  ClockDep,
  DeviceDeps,
  DeviceNameDep,
  ProgressDep,
  RandomDep,
  SyncApiDep,
  TemporaryFolderDep,
  TimeZoneDep,
} from './deps.ts';
import { type Failure, failureText } from './failure-text.ts';
import type { Refusal } from './refusal.ts';
import { readPreferences } from './preferences/preference-queries.ts';
import { ReminderLoop, type ReminderPorts } from './schedules/reminder-loop.ts';
import { SyncDoor } from './sync/sync-door.ts';
import { SyncLoop, type SyncPorts } from './sync/sync-loop.ts';
import type { SyncNotDone, SyncOutcome } from './sync/sync-once.ts';
import { goOnTurningOff } from './sync/turn-off.ts';
import { exportJson } from './transfer/json-export.ts';
import { removeLeftCopy } from './transfer/original-app/private-copy.ts';
import { tendTrash } from './trash/tend-trash.ts';
import type { SecretStore } from './vault/secrets.ts';

export interface DeviceParts
  extends
    BackupFolderDep,
    ClockDep,
    DeviceNameDep,
    ProgressDep,
    RandomDep,
    SyncApiDep,
    TemporaryFolderDep,
    TimeZoneDep {
  /** The path of the SQLite file, or ':memory:'. */
  readonly databasePath: string;
  /** How the database is opened, where it is not the file at that path. */
  readonly openDatabase?: (() => Database) | undefined;
  /** `codec` is how a file that is made for them keeps its text. */
  readonly openSecrets: (deviceId: string, codec: TextCodec) => Promise<SecretStore>;
  /** Where the database may be encrypted; one in memory has none. */
  readonly encryption?: EncryptionParts | undefined;
}

export type NotOpened = DatabaseFailure | NewerDatabase | NotUnlocked;

/** What every command answers. */
export type CommandAnswer = { readonly value: unknown } | { readonly error: Refusal };

export interface Device {
  readonly id: string;
  /** Runs a command of the table. Never throws over what was given to it. */
  readonly call: (name: string, input: unknown) => Promise<CommandAnswer>;
  /** Everything a person has entered; see transfer/json-export.ts. */
  readonly exportJson: () => string;
  /** Calls back after records of these kinds changed, wherever the change was made. Returns how to stop. */
  readonly onChange: (kinds: readonly EntityKind[], listener: () => void) => () => void;
  /** Brings reminders from now on, those that are already due at once. Returns how to stop. */
  readonly startReminders: (ports: ReminderPorts) => () => void;
  /** Keeps syncing from now on, at once first. Returns how to stop. */
  readonly startSync: (ports: SyncPorts) => () => void;
  /** Stops the reminders and every sync too. */
  readonly close: () => void;
}

export const openDevice = async (parts: DeviceParts): Promise<Result<Device, NotOpened>> => {
  const { databasePath, backupFolder, randomBytes } = parts;
  const place = parts.encryption && { ...parts.encryption, databasePath, backupFolder, randomBytes };
  const encryption = await unlock(parts, place);
  if (!encryption.ok) return encryption;
  try {
    const database =
      parts.openDatabase?.() ?? openSqlite(databasePath, keyFor(databasePath, encryption.value));
    const ready = await prepare(database, parts, encryption.value);
    if (!ready.ok) database.close();
    return ready;
  } catch (error) {
    const failure = databaseFailure(error) ?? damageIn(error);
    if (failure === undefined) throw error;
    const isGuess = failure.type === 'FileDamaged' && encryption.value.lock?.unlock.with === 'recovery key';
    return err(isGuess ? { type: 'WrongRecoveryKey' } : failure);
  }
};

/** Whatever is looked at while opening was written by a device: where it does not fit, the file was changed. */
const damageIn = (error: unknown): DatabaseFailure | undefined =>
  error instanceof z.ZodError || error instanceof SyntaxError ? { type: 'FileDamaged' } : undefined;

/** While encryption is being turned on or off the file may still be as it was. */
const keyFor = (path: string, { key }: Encryption): Uint8Array | undefined =>
  existsSync(path) && isPlainFile(path) ? undefined : key;

const prepare = async (
  database: Database,
  parts: DeviceParts,
  encryption: Encryption,
): Promise<Result<Device, DatabaseFailure | NewerDatabase>> => {
  // A page that is damaged would otherwise be found by whoever happens to read it, half way through a change.
  if (database.check() !== 'ok') return err({ type: 'FileDamaged' });
  // Before anything is changed, by a migration or by the Trash.
  backUpOncePerDay({ ...parts, database, encryption });
  const migrated = migrate(database);
  if (!migrated.ok) return migrated;

  const { clock, randomBytes } = parts;
  const deviceId = database.transaction((tx) =>
    ensureDeviceId(tx, () => Buffer.from(randomBytes(8)).toString('hex')),
  );
  const changeFeed = new ChangeFeed();
  const syncDoor = new SyncDoor<SyncOutcome, SyncNotDone>();
  const deps: DeviceDeps = {
    ...parts,
    database,
    encryption,
    deviceId,
    changeFeed,
    syncDoor,
    newId: () => v7({ msecs: clock.nowMs(), random: randomBytes(16) }),
    secrets: await parts.openSecrets(deviceId, encryption.codec),
  };
  unlessDiskFails(() => {
    tendTrash(deps);
  });
  unlessDiskFails(() => {
    goOnWithLock(deps);
    goOnTurningOff(deps);
    removeLeftCopy(parts.temporaryFolder);
  });
  const loops = new Set<ReminderLoop | SyncLoop>();
  const run = (loop: ReminderLoop | SyncLoop) => {
    loops.add(loop);
    loop.start();
    return () => {
      loop.stop();
      loops.delete(loop);
    };
  };
  return ok({
    id: deviceId,
    call: (name, input) => call(deps, name, input),
    exportJson: () => exportJson(deps),
    onChange: (kinds, listener) => changeFeed.onChange(kinds, listener),
    startReminders: (ports) => {
      const leadMinutes = () => readPreferences(database).reminder_lead_minutes;
      return run(new ReminderLoop({ ...deps, ...ports, leadMinutes }));
    },
    startSync: (ports) => run(new SyncLoop({ ...deps, ...ports })),
    close: () => {
      for (const loop of loops) loop.stop();
      syncDoor.close();
      database.close();
    },
  });
};

/** A disk that takes no writes must not keep a person from reading; the next start tries again. */
const unlessDiskFails = (act: () => void): void => {
  try {
    act();
  } catch (error) {
    // The system and SQLite both give their exceptions a code; one without it is a fault of ours.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
};

const call = async (deps: DeviceDeps, name: string, input: unknown): Promise<CommandAnswer> => {
  const command = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (command === undefined) return refusal({ type: 'UnknownCommand' });
  try {
    const answer = await command.run(deps, input);
    return answer.ok ? { value: answer.value } : refusal(answer.error);
  } catch (error) {
    const failure = databaseFailure(error) ?? damageIn(error);
    if (failure === undefined) throw error;
    return refusal(failure);
  }
};

const refusal = (failure: Failure): CommandAnswer => ({
  error: { ...failure, message: failureText(failure) },
});
