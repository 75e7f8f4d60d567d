/**
 * Brings back what a backup holds and this device has lost. Every record merges with what is here, so an edit or a
 * deletion made since stays, and so does what was erased.
 */
import { err, ok, RecordId, type Result } from '@mhb/core-domain';
import { type Envelope, readEnvelope } from '@mhb/core-domain/sync';
import { z } from 'zod';
import { adoptRecords } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import { databaseFailure } from '../database/failures.ts';
import { isPlainFile } from '../database/keyed-copy.ts';
import { migrate, type NewerDatabase } from '../database/migrate.ts';
import { type Database, type Reader, sql } from '../database/sql.ts';
import { openSqlite } from '../database/sqlite.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { type KeyNotFound, keysFor } from '../encryption/keys-for-backup.ts';
import { withPrivateCopy } from '../transfer/original-app/private-copy.ts';

export const RestoreBackup = z.strictObject({
  file: z
    .string()
    .min(1)
    .max(4_096)
    .describe('The path of a backup, as list_backups names it, or of another device’s data file.'),
  passphrase: z
    .string()
    .max(2_048)
    .nullish()
    .describe(
      'Where it was made under another lock than today’s: the passphrase of the lock.json beside it.',
    ),
  recovery_key: z
    .string()
    .max(1_000)
    .nullish()
    .describe(
      'Where it was made under another lock than today’s: the twenty-four words, instead of a passphrase.',
    ),
});

export const Restored = z
  .strictObject({
    read: Count.describe('Records in the backup: changed + unchanged + skipped.'),
    changed: Count.describe('Records that were not here, or not in this state.'),
    unchanged: Count,
    skipped: Count.describe('Records that can’t be read.'),
  })
  .readonly();
type Restored = z.infer<typeof Restored>;

export type NotRestored =
  | {
      readonly type:
        'NotABackup' | 'BackupDamaged' | 'FileInUse' | 'NoSuchFile' | 'NotReadable' | 'NotCopied';
    }
  | KeyNotFound
  | NewerDatabase;

const BATCH = 500;

/** Each batch is one transaction, so an interrupted one has restored a part, and doing it again does the rest. */
export const restoreBackup = async (
  deps: DeviceDeps,
  { file, ...given }: z.output<typeof RestoreBackup>,
): Promise<Result<Restored, NotRestored>> => {
  const keys = await keysFor(deps, { file, ...given });
  if (!keys.ok) return keys;
  let outcome: Result<Restored, NotRestored> = err({ type: 'NotABackup' });
  const copied = withPrivateCopy({ path: file, temporaryFolder: deps.temporaryFolder }, (copy) => {
    outcome = readCopy(deps, copy, keys.value);
    return ok(null);
  });
  if (copied.ok) return outcome;
  const { type } = copied.error;
  return err({
    type: type === 'NoSuchFile' || type === 'NotReadable' || type === 'NotCopied' ? type : 'FileInUse',
  });
};

/** A file in the clear is read as it is; another one with the first key that opens it. */
const readCopy = (
  deps: DeviceDeps,
  copy: string,
  keys: readonly Uint8Array[],
): Result<Restored, NotRestored> => {
  if (isPlainFile(copy)) return readWithKey(deps, copy, undefined) ?? err({ type: 'BackupDamaged' });
  for (const key of keys) {
    const read = readWithKey(deps, copy, key);
    if (read !== undefined) return read;
  }
  return err({ type: 'NotABackup' });
};

/** `undefined` where this is not the key, or the file is damaged. */
const readWithKey = (
  deps: DeviceDeps,
  copy: string,
  key: Uint8Array | undefined,
): Result<Restored, NotRestored> | undefined => {
  let backup: Database | undefined;
  try {
    backup = openSqlite(copy, key);
    const tables = backup.all<{ name: string }>(
      sql`select name from sqlite_schema where name in ('record', 'migration')`,
    );
    if (tables.length < 2) return err({ type: 'NotABackup' });
    if (backup.check() !== 'ok') return err({ type: 'BackupDamaged' });
    // The copy of one that an earlier version made is brought to today's shape first.
    const migrated = migrate(backup);
    if (migrated.ok) return ok(mergeAll(deps, backup));
    return err(migrated.error.type === 'FileDamaged' ? { type: 'BackupDamaged' } : migrated.error);
  } catch (error) {
    if (databaseFailure(error)?.type !== 'FileDamaged') throw error;
    return undefined;
  } finally {
    backup?.close();
  }
};

const mergeAll = (deps: DeviceDeps, backup: Reader): Restored => {
  const total = backup.get<{ count: number }>(sql`select count(*) as count from record`)?.count ?? 0;
  let read = 0;
  let changed = 0;
  let skipped = 0;
  for (let after = ''; read < total;) {
    const rows = backup.all<{ id: string; envelope: string }>(
      sql`select id, envelope from record where id > ${after} order by id limit ${BATCH}`,
    );
    const last = rows.at(-1);
    if (last === undefined) break;
    const records = rows.flatMap(recordOf);
    changed += write(deps, (tx) => adoptRecords(deps, tx, records));
    skipped += rows.length - records.length;
    read += rows.length;
    after = last.id;
    deps.onProgress({ step: 'restore', done: read, total });
  }
  return { read, changed, unchanged: read - changed - skipped, skipped };
};

const recordOf = (row: {
  readonly id: string;
  readonly envelope: string;
}): readonly { readonly id: RecordId; readonly envelope: Envelope }[] => {
  const id = RecordId.safeParse(row.id);
  const envelope = readEnvelope(JSON.parse(row.envelope));
  return id.success && envelope.ok ? [{ id: id.data, envelope: envelope.value }] : [];
};
