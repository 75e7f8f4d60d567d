/** Takes everything a service holds into one file, as it is at one moment, while the service runs. */
import { type BackupHead, type Table, TABLES, writeBackupFile } from './backup-file.ts';
import type { DatabaseDep, Transaction } from '../database/database.ts';
import { readSchema } from '../database/migrate.ts';

/** As many rows as fit well into memory at once: the sealed bytes of a record are at most 256 KiB. */
const ROWS_AT_ONCE = 100;

/** What makes a row different from every other of its table, in the order of its primary key. */
const keys: Readonly<Record<Table, string>> = {
  account: 'account_id',
  api_key: 'account_id, key_id',
  keyring: 'account_id',
  batch: 'account_id, batch_id',
  record: 'account_id, record_id',
  device: 'account_id, device_id',
  mailbox: 'account_id, mailbox_id',
};

export interface BackedUp {
  readonly accounts: number;
  readonly records: number;
}

export const backUp = async (
  { database }: DatabaseDep,
  path: string,
  now: Date,
  onProgress: (rows: number) => void = () => undefined,
): Promise<BackedUp> => {
  const counts = new Map<Table, number>(TABLES.map((table) => [table, 0]));
  await database.transaction('snapshot', (tx) =>
    writeBackupFile(path, linesOf(tx, { now, counts, onProgress })),
  );
  return { accounts: counts.get('account') ?? 0, records: counts.get('record') ?? 0 };
};

async function* linesOf(
  tx: Transaction,
  {
    now,
    counts,
    onProgress,
  }: {
    readonly now: Date;
    readonly counts: Map<Table, number>;
    readonly onProgress: (rows: number) => void;
  },
): AsyncGenerator<string> {
  const head: BackupHead = {
    format: 'mhb-sync-backup',
    version: 1,
    // Not that of this version: it may be one step ahead, and its columns are in the rows.
    schema: await readSchema(tx),
    made_at: now.toISOString(),
  };
  yield `${JSON.stringify(head)}\n`;
  let rows = 0;
  for (const table of TABLES) {
    for await (const page of pagesOf(tx, table)) {
      // Postgres has written the rows as JSON already, with every digit of its numbers.
      yield `{"table":"${table}","rows":[${page.join(',')}]}\n`;
      counts.set(table, (counts.get(table) ?? 0) + page.length);
      rows += page.length;
      onProgress(rows);
    }
  }
  yield `${JSON.stringify({ end: true, rows: Object.fromEntries(counts) })}\n`;
}

/** A table's name and its key can't be parameters; these are ours. */
async function* pagesOf(tx: Transaction, table: Table): AsyncGenerator<readonly string[]> {
  const key = keys[table];
  let after: string | undefined;
  for (;;) {
    const rows: readonly { readonly row: string; readonly place: string }[] = await tx.query(
      `select to_jsonb(${table})::text as row, jsonb_build_array(${key})::text as place
       from ${table}
       ${after === undefined ? '' : `where (${key}) > (${placeholders(key)})`}
       order by ${key} limit ${String(ROWS_AT_ONCE)}`,
      after === undefined ? [] : (JSON.parse(after) as string[]),
    );
    if (rows.length > 0) yield rows.map(({ row }) => row);
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)?.place;
  }
}

const placeholders = (key: string): string =>
  key
    .split(', ')
    .map((_, index) => `$${String(index + 1)}`)
    .join(', ');
