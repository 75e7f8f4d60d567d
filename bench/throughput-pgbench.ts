/** The statements of rule D2 by `pgbench`, where it is installed: what Postgres does without a driver in JavaScript. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { createAccounts } from './throughput-accounts.ts';

/** Accounts whose ids can be worked out from a number, for a script that can't look them up. */
const numbered = (number: number): string => number.toString(16).padStart(32, '0');

const script = (changes: number, accounts: number): string => `\\set number random(1, ${String(accounts)})
begin isolation level read committed;
select head from account where account_id = lpad(to_hex(:number), 32, '0')::uuid for no key update \\gset
select array_agg(gen_random_uuid()) as ids from generate_series(1, ${String(changes)}) \\gset
select record_id, seq from record where account_id = lpad(to_hex(:number), 32, '0')::uuid and record_id = any(':ids'::uuid[]);
insert into record (account_id, record_id, seq, sealed)
  select lpad(to_hex(:number), 32, '0')::uuid, record_id, :head + position, decode(repeat('0101', 285), 'hex')
  from unnest(':ids'::uuid[]) with ordinality as given (record_id, position)
  on conflict (account_id, record_id) do update set seq = excluded.seq, sealed = excluded.sealed;
with moved as (
  update account set head = :head + ${String(changes)} where account_id = lpad(to_hex(:number), 32, '0')::uuid
)
insert into batch (account_id, batch_id, request_hash, outcome, first_seq, last_seq, chain)
  select account_id, gen_random_uuid(), chain, array[1], :head + 1, :head + ${String(changes)}, chain
  from account where account_id = lpad(to_hex(:number), 32, '0')::uuid;
commit;
`;

export const createNumberedAccounts = async (client: pg.Client, count: number): Promise<void> => {
  await createAccounts(client, count, (index) => numbered(index + 1));
};

/** Records per second; `undefined` where there is no pgbench. */
export const runPgbench = (
  connection: pg.ClientConfig,
  given: {
    readonly changes: number;
    readonly clients: number;
    readonly accounts: number;
    readonly uploads: number;
    readonly folder: string;
  },
): number | undefined => {
  const path = join(given.folder, 'upload.sql');
  writeFileSync(path, script(given.changes, given.accounts));
  const each = Math.max(1, Math.round(given.uploads / given.clients));
  const { status, stdout } = spawnSync(
    'pgbench',
    [
      ...['-n', '-M', 'simple', '-f', path, '-c', String(given.clients), '-t', String(each)],
      ...['-h', connection.host ?? '', '-p', String(connection.port), '-U', String(connection.user)],
      String(connection.database),
    ],
    { encoding: 'utf8' },
  );
  const perSecond = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
  return status === 0 && perSecond !== undefined ? Number(perSecond) * given.changes : undefined;
};
