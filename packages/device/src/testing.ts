/**
 * Devices for tests: real SQLite, a clock that is moved by hand, and whatever service the test connects them to.
 * Every answer is held against the schema of its command.
 */
import { ok, type Result, TimeZone } from '@mhb/core-domain';
import Driver from 'better-sqlite3-multiple-ciphers';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withCheckedAnswers } from './check-answer.testing.ts';
import { type Device, type DeviceParts, openDevice } from './device.ts';
import type { SyncApi } from './sync/sync-api.ts';
import type { SecretStore, SyncSecrets } from './vault/secrets.ts';

export { withCheckedAnswers } from './check-answer.testing.ts';
export { type MemoryDatabase, openSqliteImage } from './database/sqlite.ts';
export { sql, type Database, type Transaction } from './database/sql.ts';
export { loadCipher } from './vault/cipher.ts';
export { receivedSealed } from './vault/seal.ts';
export { openVault, type Vault } from './vault/vault.ts';
export { type OldKeys, type OnService, openedWith } from './vault/old-keys.testing.ts';

export interface TestClock {
  nowMs: number;
  /** Where the person is. */
  timeZone: string;
}

export interface TestDevice extends Device {
  readonly clock: TestClock;
  readonly secrets: SecretStore;
  /** The value of a command that must succeed. */
  readonly run: (name: string, input?: unknown) => Promise<unknown>;
  /** The type of refusal of a command that must be refused. */
  readonly refusal: (name: string, input?: unknown) => Promise<string>;
}

export interface TestDeviceOptions {
  readonly connect?: DeviceParts['connect'];
  readonly now?: string;
  readonly timeZone?: string;
  readonly databasePath?: string;
  readonly backupFolder?: string;
  readonly temporaryFolder?: string;
  readonly secrets?: SecretStore;
  readonly openSecrets?: DeviceParts['openSecrets'];
  readonly encryption?: DeviceParts['encryption'];
  readonly deviceName?: DeviceParts['deviceName'];
}

export const openTestDevice = async (options: TestDeviceOptions = {}): Promise<TestDevice> => {
  let secrets = options.secrets ?? secretsInMemory();
  const clock: TestClock = {
    nowMs: Date.parse(options.now ?? '2025-03-10T12:00:00Z'),
    timeZone: options.timeZone ?? 'Europe/Berlin',
  };
  const device = await openDevice({
    databasePath: options.databasePath ?? ':memory:',
    clock: { nowMs: () => clock.nowMs },
    timeZone: () => TimeZone.parse(clock.timeZone),
    randomBytes: (length) => randomBytes(length),
    connect: options.connect ?? nobodyAnswers,
    temporaryFolder: options.temporaryFolder ?? temporaryFolder(),
    backupFolder: options.backupFolder ?? join(temporaryFolder(), 'backups'),
    openSecrets: async (deviceId, codec) => {
      if (options.openSecrets !== undefined) secrets = await options.openSecrets(deviceId, codec);
      return secrets;
    },
    encryption: options.encryption,
    deviceName: options.deviceName,
    onProgress: () => undefined,
  });
  if (!device.ok) throw new Error(`the device did not open: ${device.error.type}`);
  return withShortcuts(withCheckedAnswers(device.value), { clock, secrets });
};

/** Looks into a device's file from beside it, or does to it what no command does. */
export const inFile = (databasePath: string, text: string): readonly Readonly<Record<string, unknown>>[] => {
  const driver = new Driver(databasePath, { timeout: 5_000 });
  try {
    const statement = driver.prepare(text);
    if (statement.reader) return statement.all() as Readonly<Record<string, unknown>>[];
    statement.run();
    return [];
  } finally {
    driver.close();
  }
};

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'mhb-test-'));

export const secretsInMemory = (): SecretStore => {
  let kept: SyncSecrets | undefined;
  return {
    where: 'file',
    read: (): Result<SyncSecrets | undefined, never> => ok(kept),
    write: (secrets) => {
      kept = secrets;
      return ok(undefined);
    },
    clear: () => {
      kept = undefined;
      return ok(undefined);
    },
  };
};

const withShortcuts = (device: Device, parts: Pick<TestDevice, 'clock' | 'secrets'>): TestDevice => ({
  ...device,
  ...parts,
  run: async (name, input = {}) => {
    const answer = await device.call(name, input);
    if ('error' in answer) throw new Error(`${name} was refused: ${JSON.stringify(answer.error)}`);
    return answer.value;
  },
  refusal: async (name, input = {}) => {
    const answer = await device.call(name, input);
    if ('value' in answer) throw new Error(`${name} was not refused`);
    return answer.error.type;
  },
});

/** A network that does to each request what `carry` says, whichever request it is. */
export const throughNetwork = (
  api: SyncApi,
  carry: <Answer>(name: keyof SyncApi, send: () => Promise<Answer>) => Promise<Answer | typeof OFFLINE>,
): SyncApi =>
  new Proxy(api, {
    get: (target, name: keyof SyncApi) => {
      if (name === 'comparesHashes' || name === 'isEnded') return target[name];
      const send = target[name] as (...input: readonly unknown[]) => Promise<unknown>;
      return (...input: readonly unknown[]) => carry(name, () => send(...input));
    },
  });

const OFFLINE = { ok: false, error: { type: 'Offline' } } as const;

const nobodyAnswers = (): SyncApi => throughNetwork({} as SyncApi, () => Promise.resolve(OFFLINE));
