/**
 * The four statements of rule D2 and the plain read of a page, through `pg` on one connection that stands already,
 * into the tables of the running service under an account of their own.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Where the Postgres is that the service in this folder has started. */
export const connectionTo = (serviceFolder: string): pg.ClientConfig => {
  const lines = readFileSync(join(serviceFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const [, , , port, socketFolder] = lines;
  return { host: socketFolder ?? '', port: Number(port), user: 'mhb', database: 'postgres' };
};

export const connectTo = async (serviceFolder: string): Promise<pg.Client> => {
  const client = new pg.Client(connectionTo(serviceFolder));
  await client.connect();
  return client;
};

export const createAccount = async (client: pg.Client): Promise<string> => {
  const account = randomUUID();
  const values = [account, randomUUID(), Buffer.alloc(32)];
  await client.query('insert into account (account_id, epoch, chain) values ($1, $2, $3)', values);
  return account;
};

/** Stores a batch of new records after seq `head`. */
export const storeBatch = async (
  client: pg.Client,
  account: string,
  {
    ids,
    sealed,
    head,
  }: { readonly ids: readonly string[]; readonly sealed: readonly Buffer[]; head: number },
): Promise<void> => {
  await client.query('begin isolation level read committed');
  await client.query('select head, chain from account where account_id = $1 for no key update', [account]);
  await client.query(
    'select record_id, seq from record where account_id = $1 and record_id = any($2::uuid[])',
    [account, ids],
  );
  const lengths = sealed.map(({ length }) => length);
  let end = 1;
  const starts = lengths.map((length) => (end += length) - length);
  await client.query(
    `insert into record (account_id, record_id, seq, sealed)
     select $1, record_id, $2::bigint + position, substring($3::bytea from start for length)
     from unnest($4::uuid[], $5::int[], $6::int[]) with ordinality as given (record_id, start, length, position)
     on conflict (account_id, record_id) do update set seq = excluded.seq, sealed = excluded.sealed`,
    [account, head, Buffer.concat(sealed), ids, starts, lengths],
  );
  const seqs = ids.map((_, index) => head + index + 1);
  await client.query(
    `with moved as (update account set head = $6, chain = $7 where account_id = $1)
     insert into batch (account_id, batch_id, request_hash, outcome, first_seq, last_seq, chain)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [account, randomUUID(), randomBytes(32), seqs, head + 1, head + ids.length, randomBytes(32)],
  );
  await client.query('commit');
};

/** The records after a seq, at most so many. */
export const readPage = async (
  client: pg.Client,
  account: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly PageRow[]> => {
  const { rows } = await client.query<PageRow>(
    'select record_id, seq, sealed from record where account_id = $1 and seq > $2 order by seq limit $3',
    [account, after, limit],
  );
  return rows;
};

export interface PageRow {
  readonly record_id: string;
  readonly seq: string;
  readonly sealed: Buffer;
}

export const versionOf = async (client: pg.Client): Promise<string> => {
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  return rows[0]!.version;
};
