/** What a test sees or does past the service, in its Postgres: what it holds of an account, and what a backup brings back. */
import type { Account, World } from './world.ts';

/** The account that an API key names. */
export const accountIdOf = ({ api_key }: Account): string => api_key.slice(4, 36);

export const onService = <Row>(
  world: World,
  text: string,
  values: readonly (string | number | Buffer)[] = [],
): Promise<readonly Row[]> =>
  world.service.database.transaction('read committed', (tx) => tx.query<Row>(text, values));

const TABLES = ['record', 'batch', 'device'] as const;

let backups = 0;

/** Keeps what the service holds of an account. Answers how to put it back, as often as wanted, as a backup would. */
export const backUp = async (world: World, account: Account): Promise<() => Promise<void>> => {
  const id = accountIdOf(account);
  backups += 1;
  const name = `backup_${String(backups)}`;
  await world.service.database.transaction('read committed', async (tx) => {
    for (const table of [...TABLES, 'account']) {
      await tx.query(`create table ${name}_${table} as select * from ${table} where account_id = '${id}'`);
    }
  });
  return () =>
    world.service.database.transaction('read committed', async (tx) => {
      for (const table of TABLES) {
        await tx.query(`delete from ${table} where account_id = $1`, [id]);
        await tx.query(`insert into ${table} select * from ${name}_${table}`);
      }
      await tx.query(
        `update account set head = old.head, chain = old.chain, records = old.records, bytes = old.bytes
         from ${name}_account old where account.account_id = old.account_id`,
      );
    });
};
