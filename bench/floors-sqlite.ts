/**
 * The least work that leaves a device's file as a job leaves it: prepared statements that write the finished rows,
 * in the device's own schema and with its settings, and nothing that finds out what to write.
 */
import Driver from 'better-sqlite3-multiple-ciphers';
import { readdirSync, readFileSync } from 'node:fs';

const MIGRATIONS = new URL('../packages/device/src/database/migrations/', import.meta.url);

/** Everything that is stored of one record. */
export interface StoredRows {
  readonly id: string;
  readonly kind: string;
  readonly envelope: string;
  readonly change: number;
  readonly row: readonly unknown[];
  readonly activities: readonly (readonly unknown[])[];
}

/** An empty file with the device's schema and settings. */
export const createDeviceFile = (path: string): Driver.Database => {
  const file = openDeviceFile(path);
  // A migration asks for it, and there are no rows yet that would need it.
  file.function('wall_time', (_at, _zone) => '');
  for (const name of readdirSync(MIGRATIONS).sort())
    file.exec(readFileSync(new URL(name, MIGRATIONS), 'utf8'));
  return file;
};

export const openDeviceFile = (path: string): Driver.Database => {
  const file = new Driver(path);
  file.pragma('journal_mode = wal');
  file.pragma('synchronous = full');
  return file;
};

/** In the order of an import, which is that of the original app's tables. */
const KINDS = [
  'activity_group',
  'activity',
  'mood_entry',
  'assessment',
  'activity_log',
  'activity_goal',
  'schedule',
] as const;

/**
 * What a device's file holds, kind by kind and from the oldest on: the order of the source, whatever order the device
 * chose, so that a better choice of the device shows.
 */
export const readStoredRows = (path: string): readonly StoredRows[] => {
  const file = new Driver(path, { readonly: true });
  try {
    const activities = file
      .prepare('select * from mood_entry_activity where mood_entry_id = ? order by position')
      .raw();
    const record = file.prepare<[string], Pick<StoredRows, 'envelope' | 'change'>>(
      `select envelope, coalesce(change, 0) as change from record left join outbox on record_id = id where id = ?`,
    );
    return KINDS.flatMap((kind) => {
      const rows = file.prepare(`select * from ${kind} order by created_at, id`).raw().all() as unknown[][];
      return rows.map((row) => {
        const id = String(row[0]);
        const { envelope, change } = record.get(id)!;
        return { id, kind, envelope, change, row, activities: activities.all(id) as unknown[][] };
      });
    });
  } finally {
    file.close();
  }
};

/** Writes records into an empty file, so many per transaction; with an outbox entry each unless they came from outside. */
export const storeRows = (
  file: Driver.Database,
  {
    records,
    inOutbox,
    base,
  }: { readonly records: readonly StoredRows[]; readonly inOutbox: boolean; base: number },
): void => {
  const insertRow = new Map<string, Driver.Statement>();
  const insert = (table: string, columns: number): Driver.Statement =>
    file.prepare(`insert into ${table} values (${Array(columns).fill('?').join(', ')})`);
  const insertActivity = insert('mood_entry_activity', 3);
  const insertRecord = file.prepare('insert into record (id, kind, envelope, base) values (?, ?, ?, ?)');
  const insertOutbox = file.prepare('insert into outbox (record_id, change) values (?, ?)');
  for (const { kind, row } of records)
    if (!insertRow.has(kind)) insertRow.set(kind, insert(kind, row.length));
  file
    .transaction(() => {
      for (const [index, { id, kind, envelope, change, row, activities }] of records.entries()) {
        insertRow.get(kind)!.run(...row);
        for (const activity of activities) insertActivity.run(...activity);
        insertRecord.run(id, kind, envelope, inOutbox ? 0 : base + index);
        if (inOutbox) insertOutbox.run(id, change);
      }
    })
    .immediate();
};

/** Notes that the service holds these records under these seqs. */
export const acknowledgeRows = (
  file: Driver.Database,
  records: readonly StoredRows[],
  first: number,
): void => {
  const setBase = file.prepare('update record set base = ? where id = ?');
  const leaveOutbox = file.prepare('delete from outbox where record_id = ? and change = ?');
  file
    .transaction(() => {
      for (const [index, { id, change }] of records.entries()) {
        setBase.run(first + index, id);
        leaveOutbox.run(id, change);
      }
    })
    .immediate();
};

/** Every row of a history of the original app, as plain objects. */
export const readSourceRows = (path: string): number => {
  const file = new Driver(path, { readonly: true });
  try {
    const tables = file.prepare(
      `select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`,
    );
    return tables
      .pluck()
      .all()
      .reduce<number>((sum, name) => sum + file.prepare(`select * from ${String(name)}`).all().length, 0);
  } finally {
    file.close();
  }
};

export const countRows = (file: Driver.Database, table: 'record' | 'outbox'): number =>
  Number(file.prepare(`select count(*) from ${table}`).pluck().get());
