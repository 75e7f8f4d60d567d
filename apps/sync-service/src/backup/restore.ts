/**
 * Fills an empty database with a backup, all of it or nothing. Every account begins a new history (rule D6), so each
 * device notices, and brings back by itself what it holds and the backup does not.
 */
import { BackupEnd, BackupHead, BackupRows, damaged, readBackupFile, type Table } from './backup-file.ts';
import type { BackedUp } from './backup.ts';
import type { DatabaseDep, Transaction } from '../database/database.ts';
import { countMigrations } from '../database/migrate.ts';
import { StartProblem } from '../failures.ts';

export const restore = (
  { database }: DatabaseDep,
  path: string,
  onProgress: (rows: number) => void = () => undefined,
): Promise<BackedUp> =>
  database.transaction('read committed', async (tx) => {
    // Nobody makes an account while it is looked for one.
    await tx.query('lock table account in exclusive mode');
    const [found] = await tx.query<{ is_empty: boolean }>(
      'select not exists (select from account) as is_empty',
    );
    if (found?.is_empty !== true)
      throw new StartProblem(
        'There are accounts here already. Restore into a folder or a database that has none.',
      );
    const counts = await fill(tx, path, onProgress);
    await tx.query('update account set epoch = gen_random_uuid()');
    return { accounts: counts.get('account') ?? 0, records: counts.get('record') ?? 0 };
  });

const fill = async (
  tx: Transaction,
  path: string,
  onProgress: (rows: number) => void,
): Promise<ReadonlyMap<Table, number>> => {
  const lines = readBackupFile(path);
  checkHead((await lines.next()).value);
  const counts = new Map<Table, number>();
  let isWhole = false;
  let rows = 0;
  for await (const line of lines) {
    if (isWhole) throw damaged();
    const end = BackupEnd.safeParse(line);
    if (end.success) {
      isWhole = Object.entries(end.data.rows).every(
        ([table, count]) => (counts.get(table as Table) ?? 0) === count,
      );
      if (!isWhole) throw damaged();
      continue;
    }
    const page = BackupRows.safeParse(line);
    if (!page.success) throw damaged();
    const { table, rows: read } = page.data;
    await insert(tx, table, read);
    counts.set(table, (counts.get(table) ?? 0) + read.length);
    rows += read.length;
    onProgress(rows);
  }
  if (!isWhole) throw damaged();
  return counts;
};

/** A column that came in since the backup was made is left as it is unless told. */
const insert = async (
  tx: Transaction,
  table: Table,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> => {
  const columns = Object.keys(rows[0] ?? {});
  // They become part of a statement.
  if (columns.length === 0 || !columns.every((name) => /^[a-z_]{1,40}$/.test(name))) throw damaged();
  const names = columns.map((name) => `"${name}"`).join(', ');
  // Not `null::record`: that is a type of Postgres' own.
  const text = `insert into ${table} (${names})
    select ${names} from jsonb_populate_recordset((select one from ${table} as one limit 0), $1::jsonb)`;
  await tx.query(text, [JSON.stringify(rows)]).catch((error: unknown) => {
    throw isRefusedByPostgres(error) ? damaged() : error;
  });
};

const checkHead = (line: unknown): void => {
  const head = BackupHead.safeParse(line);
  if (!head.success) throw damaged();
  if (head.data.schema > countMigrations())
    throw new StartProblem('This backup was made by a newer version of the service. Update this one first.');
};

/** A value that is none, a rule of the tables that it breaks, or a column that there is not. */
const isRefusedByPostgres = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(?:22|23|42)/.test(String(error.code));
