/** Many accounts at once, each with an API key, put straight into the tables: the command line takes a second for each. */
import { createHash, randomBytes } from 'node:crypto';
import { AccountId, formatApiKey, KeyId } from '@mhb/core-domain/wire';
import type pg from 'pg';

export interface LoadAccount {
  readonly accountId: AccountId;
  readonly apiKey: string;
  /** The seq of its latest change; the load counts on. */
  head: number;
}

export const createAccounts = async (
  client: pg.Client,
  count: number,
  idOf: (index: number) => string = () => randomBytes(16).toString('hex'),
): Promise<readonly LoadAccount[]> => {
  const accounts = Array.from({ length: count }, (_, index) => {
    const accountId = AccountId.parse(idOf(index));
    const keyId = KeyId.parse(`${accountId}${randomBytes(8).toString('hex')}`);
    const secret = randomBytes(32).toString('hex');
    return { accountId, keyId, secret };
  });
  for (const { accountId, keyId, secret } of accounts) {
    await client.query('insert into account (account_id, epoch, chain) values ($1, gen_random_uuid(), $2)', [
      accountId,
      Buffer.alloc(32),
    ]);
    await client.query(
      `insert into api_key (account_id, key_id, secret_hash, label, scopes, created_on)
       values ($1, $2, $3, 'load', '{sync}', current_date)`,
      [accountId, keyId, createHash('sha256').update(secret, 'hex').digest()],
    );
  }
  return accounts.map(({ accountId, keyId, secret }) => ({
    accountId,
    apiKey: formatApiKey({ keyId, secret }),
    head: 0,
  }));
};
