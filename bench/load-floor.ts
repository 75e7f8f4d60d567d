/**
 * The statements of a visit through `pg` alone: the key twice, a batch (rule D2), and what came since. No HTTP, no JSON,
 * no check, no hash chain; so many connections as there are visitors, each planned anew.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { chanceFrom } from './chance.ts';
import { readPage, storeBatch } from './floors-postgres.ts';
import type { UsedAccount } from './load-accounts.ts';
import { visitFrom } from './load-day.ts';
import { countCpuOfChildren } from './load-figures.ts';

export interface Floor {
  readonly visitsPerSecond: number;
  /** Processor time of Postgres for one visit. */
  readonly postgresMs: number;
}

export const visitThroughPostgres = async (
  { connection, postmaster }: { readonly connection: pg.ClientConfig; readonly postmaster: number },
  accounts: readonly UsedAccount[],
  { visitors, seconds, seed }: { readonly visitors: number; readonly seconds: number; readonly seed: number },
): Promise<Floor> => {
  const clients = Array.from({ length: visitors }, () => new pg.Client(connection));
  for (const client of clients) await client.connect();
  const cpu = countCpuOfChildren(postmaster);
  const until = performance.now() + seconds * 1_000;
  const chance = chanceFrom(seed);
  let visits = 0;
  const visitor = async (client: pg.Client, number: number): Promise<void> => {
    while (performance.now() < until) {
      const { account: drawn, changes } = visitFrom(chance, Math.floor(accounts.length / visitors));
      // Each visitor has accounts of its own, since only one knows their heads.
      const account = accounts[drawn * visitors + number]!;
      await findKey(client, account);
      const ids = Array.from({ length: changes }, () => randomBytes(16).toString('hex'));
      const sealed = ids.map(() => Buffer.concat([Buffer.from([1, 1]), randomBytes(568)]));
      await storeBatch(client, account.accountId, { ids, sealed, head: account.head });
      account.head += changes;
      await findKey(client, account);
      await readPage(client, account.accountId, { after: account.head, limit: 1_000 });
      visits += 1;
    }
  };
  try {
    await Promise.all(clients.map(visitor));
    // Before the connections end, and their processes with what they have used.
    return { visitsPerSecond: visits / seconds, postgresMs: cpu() / visits };
  } finally {
    for (const client of clients) await client.end();
  }
};

const findKey = async (client: pg.Client, { accountId, keyId }: UsedAccount): Promise<void> => {
  await client.query({
    name: 'key',
    text: `select secret_hash, revoked_on, epoch, head, chain, generation
           from api_key join account using (account_id) left join keyring using (account_id)
           where api_key.account_id = $1 and key_id = $2`,
    values: [accountId, keyId],
  });
};
