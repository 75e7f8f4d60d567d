/** Making accounts and keys. Only the operator makes accounts; there is no sign-up over HTTP. */
import { randomBytes, randomUUID } from 'node:crypto';
import { AccountId, formatApiKey, KeyId, type Scope } from '@mhb/core-domain/wire';
import { insertAccount, insertKey } from './accounts-repository.ts';
import { hashSecret } from '../http/authenticate.ts';
import type { DatabaseDep, Transaction } from '../database/database.ts';

/** Where keys come from; bytes that nobody can guess. */
export interface RandomDep {
  readonly randomBytes: (length: number) => Buffer;
}

export interface NewKey {
  readonly keyId: KeyId;
  /** Shown once and never stored. */
  readonly apiKey: string;
}

export const createAccount = ({ database }: DatabaseDep): Promise<{ accountId: AccountId } & NewKey> =>
  database.transaction('read committed', async (tx) => {
    const accountId = AccountId.parse(randomBytes(16).toString('hex'));
    await insertAccount(tx, { accountId, epoch: randomUUID() });
    const key = await createKey({ randomBytes }, tx, accountId, {
      label: 'first device',
      scopes: ['sync', 'account'],
    });
    return { accountId, ...key };
  });

export const createKey = async (
  random: RandomDep,
  tx: Transaction,
  accountId: AccountId,
  {
    label,
    scopes,
    madeBy,
  }: { readonly label: string; readonly scopes: readonly Scope[]; readonly madeBy?: KeyId },
): Promise<NewKey> => {
  const keyId = KeyId.parse(`${accountId}${random.randomBytes(8).toString('hex')}`);
  const secret = random.randomBytes(32).toString('hex');
  await insertKey(tx, { accountId, keyId, secretHash: hashSecret(secret), label, scopes, madeBy });
  return { keyId, apiKey: formatApiKey({ keyId, secret }) };
};
