/** The heads of accounts, as far as the keys that ask for them still count. */
import type { AccountId, KeyId } from '@mhb/core-domain/wire';
import type { Database } from '../database/database.ts';

export interface AskingKey {
  readonly accountId: AccountId;
  readonly keyId: KeyId;
}

interface HeadRow {
  readonly key_id: KeyId;
  readonly head: string;
}

/**
 * A statement for each key, all of them sent together: one for all would be planned as a walk through the keys of every
 * account as soon as that looks cheaper, and could not be sent on to where an account is (rule D1).
 */
export const readHeads = async (
  database: Database,
  keys: readonly AskingKey[],
): Promise<ReadonlyMap<KeyId, number>> => {
  const [only] = keys;
  const rows =
    keys.length === 1 && only !== undefined
      ? [await database.read<HeadRow>(SELECT_HEAD, [only.accountId, only.keyId], 'kept')]
      : await database.transaction('snapshot', (tx) =>
          Promise.all(
            keys.map(({ accountId, keyId }) => tx.query<HeadRow>(SELECT_HEAD, [accountId, keyId], 'kept')),
          ),
        );
  return new Map(rows.flat().map(({ key_id, head }) => [key_id, Number(head)]));
};

const SELECT_HEAD = `
  select api_key.key_id, account.head
  from api_key
  join account on account.account_id = api_key.account_id
  where api_key.account_id = $1 and api_key.key_id = $2 and api_key.revoked_on is null`;
