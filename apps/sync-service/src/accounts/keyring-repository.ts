/** The sealed keyring of an account, replaced by compare and set on its generation (rule E4). */
import type { AccountId } from '@mhb/core-domain/wire';
import type { Transaction } from '../database/database.ts';

export interface StoredKeyring {
  readonly generation: number;
  readonly sealed: Buffer;
  /** The master secret, wrapped by the recovery phrase. */
  readonly recovery: Buffer;
}

export const readKeyring = async (
  tx: Transaction,
  accountId: AccountId,
): Promise<StoredKeyring | undefined> => {
  const [row] = await tx.query<{ generation: string; sealed: Buffer; recovery: Buffer }>(
    'select generation, sealed, recovery from keyring where account_id = $1',
    [accountId],
  );
  return row === undefined ? undefined : { ...row, generation: Number(row.generation) };
};

/** 0 where there is none. */
export const readKeyringGeneration = async (tx: Transaction, accountId: AccountId): Promise<number> => {
  const [row] = await tx.query<{ generation: string }>(
    'select generation from keyring where account_id = $1',
    [accountId],
  );
  return Number(row?.generation ?? 0);
};

/** The caller holds the account's lock. False where another generation than `base` is stored. */
export const replaceKeyring = async (
  tx: Transaction,
  accountId: AccountId,
  keyring: { readonly base: number; readonly sealed: Buffer; readonly recovery: Buffer },
): Promise<boolean> => {
  if ((await readKeyringGeneration(tx, accountId)) !== keyring.base) return false;
  await tx.query(
    `insert into keyring (account_id, generation, sealed, recovery) values ($1, $2, $3, $4)
     on conflict (account_id) do update
     set generation = excluded.generation, sealed = excluded.sealed, recovery = excluded.recovery`,
    [accountId, keyring.base + 1, keyring.sealed, keyring.recovery],
  );
  return true;
};
