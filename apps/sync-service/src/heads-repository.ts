/** The heads of accounts, as far as the keys that ask for them still count. */
import type { AccountId, KeyId } from '@mhb/core-domain/wire';
import type { Database } from './database/database.ts';

export const readHeads = async (
  database: Database,
  keys: readonly { readonly accountId: AccountId; readonly keyId: KeyId }[],
): Promise<ReadonlyMap<KeyId, number>> => {
  const rows = await database.read<{ key_id: KeyId; head: string }>(
    `select api_key.key_id, account.head
     from unnest($1::uuid[], $2::text[]) as asked (account_id, key_id)
     join api_key on api_key.account_id = asked.account_id and api_key.key_id = asked.key_id
     join account on account.account_id = asked.account_id
     where api_key.revoked_on is null`,
    [keys.map(({ accountId }) => accountId), keys.map(({ keyId }) => keyId)],
  );
  return new Map(rows.map(({ key_id, head }) => [key_id, Number(head)]));
};
