/** Many accounts at once, each with an API key, put straight into the tables: the command line takes a second for each. */
import { createHash, randomBytes } from 'node:crypto';
import { AccountId, formatApiKey, KeyId } from '@mhb/core-domain/wire';
import type pg from 'pg';

export interface LoadAccount {
  readonly accountId: AccountId;
  readonly keyId: KeyId;
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
  await client.query(
    // Room for all that a whole run puts into one of them.
    `insert into account (account_id, epoch, chain, records_max, bytes_max)
     select account_id, gen_random_uuid(), $2, 1e9, 1e15 from unnest($1::uuid[]) as account_id`,
    [accounts.map(({ accountId }) => accountId), Buffer.alloc(32)],
  );
  await client.query(
    `insert into api_key (account_id, key_id, secret_hash, label, scopes, created_on, last_used_on)
     select account_id, key_id, secret_hash, 'load', '{sync}', current_date, current_date
     from unnest($1::uuid[], $2::text[], $3::bytea[]) as given (account_id, key_id, secret_hash)`,
    [
      accounts.map(({ accountId }) => accountId),
      accounts.map(({ keyId }) => keyId),
      accounts.map(({ secret }) => createHash('sha256').update(secret, 'hex').digest()),
    ],
  );
  return accounts.map(({ accountId, keyId, secret }) => ({
    accountId,
    keyId,
    apiKey: formatApiKey({ keyId, secret }),
    head: 0,
  }));
};
