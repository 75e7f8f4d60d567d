/** Every record of an account, page by page: as requests to the service, and as the plain read through `pg`. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { readPage } from './floors-postgres.ts';
import type { LoadAccount } from './throughput-accounts.ts';
import { type Loaded, post, serviceAgent } from './throughput-load.ts';

export interface Reading {
  readonly account: LoadAccount;
  /** Records in one page. */
  readonly page: number;
  readonly records: number;
}

interface Page {
  readonly records: readonly unknown[];
  readonly has_more: boolean;
  readonly next: string;
}

export const readThroughService = async (url: string, reading: Reading): Promise<Loaded> => {
  const agent = serviceAgent(1);
  const pagesMs: number[] = [];
  const begunAt = performance.now();
  let since: string | null = null;
  let read = 0;
  for (let isMore = true; isMore;) {
    const startedAt = performance.now();
    const body = JSON.stringify({ device_id: '00000000000000a2', since, limit: reading.page });
    const answer = await post(agent, `${url}/v1/sync/download`, reading.account.apiKey, body);
    const { records, has_more, next } = JSON.parse(answer) as Page;
    pagesMs.push(performance.now() - startedAt);
    read += records.length;
    since = next;
    isMore = has_more;
  }
  const ms = performance.now() - begunAt;
  agent.destroy();
  if (read !== reading.records) throw new Error(`${String(read)} of ${String(reading.records)} records came`);
  return { ms, eachMs: pagesMs };
};

export const readThroughPostgres = async (
  connection: pg.ClientConfig,
  { account, page, records }: Reading,
): Promise<Loaded> => {
  const client = new pg.Client(connection);
  await client.connect();
  const pagesMs: number[] = [];
  const begunAt = performance.now();
  let after = 0;
  let read = 0;
  while (read < records) {
    const startedAt = performance.now();
    const rows = await readPage(client, account.accountId, { after, limit: page });
    pagesMs.push(performance.now() - startedAt);
    read += rows.length;
    after = Number(rows.at(-1)?.seq ?? 0);
  }
  const ms = performance.now() - begunAt;
  await client.end();
  return { ms, eachMs: pagesMs };
};

/** So many records in one statement, past the service: for sizes that would take it an hour. */
export const fillAccount = async (
  client: pg.Client,
  account: LoadAccount,
  records: number,
): Promise<void> => {
  await client.query(
    `insert into record (account_id, record_id, seq, sealed)
     select $1, gen_random_uuid(), $2::bigint + n, $3::bytea from generate_series(1, $4::int) as n`,
    [account.accountId, account.head, randomBytes(570), records],
  );
  account.head += records;
  // A batch ends where the head stands: a cursor names the chain there.
  await client.query(
    `insert into batch (account_id, batch_id, request_hash, outcome, first_seq, last_seq, chain)
     values ($1, gen_random_uuid(), $2, '{}', 1, $3, $2)`,
    [account.accountId, Buffer.alloc(32), account.head],
  );
  await client.query(
    'update account set head = $2::bigint, chain = $3, records = $2::bigint, bytes = $2::bigint * 570 where account_id = $1',
    [account.accountId, account.head, Buffer.alloc(32)],
  );
};
