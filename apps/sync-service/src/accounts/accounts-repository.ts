/** Accounts and their API keys. A key's secret is never stored, only its hash. */
import type { AccountId, KeyId, Scope } from '@mhb/core-domain/wire';
import { GENESIS } from '../records/chain.ts';
import type { Database, Transaction } from '../database/database.ts';

export interface StoredKey {
  readonly key_id: KeyId;
  readonly secret_hash: Buffer;
  readonly label: string;
  readonly scopes: Scope[];
  /** Days, "2026-01-31". */
  readonly created_on: string;
  readonly last_used_on: string | null;
  readonly revoked_on: string | null;
}

export interface StoredAccount {
  readonly epoch: string;
  readonly head: bigint;
  readonly chain: Buffer;
  /** How many records it holds, and their sealed bytes. */
  readonly records: number;
  readonly bytes: number;
  /** How much its operator lets it hold; null for what everybody may. */
  readonly recordsMax: number | null;
  readonly bytesMax: number | null;
}

export const insertAccount = async (
  tx: Transaction,
  account: { readonly accountId: AccountId; readonly epoch: string },
): Promise<void> => {
  await tx.query('insert into account (account_id, epoch, chain) values ($1, $2, $3)', [
    account.accountId,
    account.epoch,
    GENESIS,
  ]);
};

/**
 * Holds the account's row until the end of the transaction. In a statement of its own, so that everything read after
 * it sees what the holder before us has committed (rule D2).
 */
export const lockAccount = async (
  tx: Transaction,
  accountId: AccountId,
): Promise<StoredAccount | undefined> => {
  const [row] = await tx.query<AccountRow>(`${SELECT_ACCOUNT} for no key update`, [accountId], 'kept');
  return row === undefined ? undefined : accountOf(row);
};

export const readAccount = async (
  tx: Transaction,
  accountId: AccountId,
): Promise<StoredAccount | undefined> => {
  const [row] = await tx.query<AccountRow>(SELECT_ACCOUNT, [accountId], 'kept');
  return row === undefined ? undefined : accountOf(row);
};

export const insertKey = async (
  tx: Transaction,
  key: {
    readonly accountId: AccountId;
    readonly keyId: KeyId;
    readonly secretHash: Buffer;
    readonly label: string;
    readonly scopes: readonly Scope[];
    /** Absent for the operator. */
    readonly madeBy?: KeyId | undefined;
  },
): Promise<void> => {
  await tx.query(
    `insert into api_key (account_id, key_id, secret_hash, label, scopes, created_on, made_by)
     values ($1, $2, $3, $4, $5, current_date, $6)`,
    [key.accountId, key.keyId, key.secretHash, key.label, [...key.scopes], key.madeBy ?? null],
  );
};

/** Where an account's history stood at one moment; enough to say that there is nothing new. */
export interface Standing {
  readonly epoch: string;
  readonly head: bigint;
  readonly chain: Buffer;
  /** 0 for none. */
  readonly keyringGeneration: number;
}

export interface FoundKey {
  readonly stored: StoredKey;
  readonly isUsedToday: boolean;
  readonly standing: Standing;
}

/** A statement of its own: every request asks this first, and one that finds nothing new asks no other. */
export const findKey = async (
  database: Pick<Database, 'read'>,
  accountId: AccountId,
  keyId: KeyId,
): Promise<FoundKey | undefined> => {
  const [row] = await database.read<FoundRow>(
    `select key_id, secret_hash, label, scopes, created_on::text, last_used_on::text, revoked_on::text,
       coalesce(last_used_on = current_date, false) as is_used_today,
       account.epoch, account.head, account.chain, coalesce(keyring.generation, 0) as keyring_generation
     from api_key
     join account on account.account_id = api_key.account_id
     left join keyring on keyring.account_id = api_key.account_id
     where api_key.account_id = $1 and api_key.key_id = $2`,
    [accountId, keyId],
    'kept',
  );
  if (row === undefined) return undefined;
  const { is_used_today, epoch, head, chain, keyring_generation, ...stored } = row;
  const standing = {
    epoch: epoch.replaceAll('-', ''),
    head: BigInt(head),
    chain,
    keyringGeneration: Number(keyring_generation),
  };
  return { stored, isUsedToday: is_used_today, standing };
};

interface FoundRow extends StoredKey {
  readonly is_used_today: boolean;
  readonly epoch: string;
  readonly head: string;
  readonly chain: Buffer;
  readonly keyring_generation: string;
}

/** Asked under the account's lock: a key that was revoked since it was authenticated counts no more (rule D2). */
export const isKeyLiving = async (tx: Transaction, accountId: AccountId, keyId: KeyId): Promise<boolean> => {
  const [row] = await tx.query<{ is_living: boolean }>(
    'select revoked_on is null as is_living from api_key where account_id = $1 and key_id = $2',
    [accountId, keyId],
  );
  return row?.is_living ?? false;
};

/** By day, so that it tells no more than it must. */
export const markKeyUsed = async (tx: Transaction, accountId: AccountId, keyId: KeyId): Promise<void> => {
  await tx.query('update api_key set last_used_on = current_date where account_id = $1 and key_id = $2', [
    accountId,
    keyId,
  ]);
};

export const listKeys = (tx: Transaction, accountId: AccountId): Promise<readonly StoredKey[]> =>
  tx.query<StoredKey>(
    `select key_id, secret_hash, label, scopes, created_on::text, last_used_on::text, revoked_on::text
     from api_key
     where account_id = $1
     order by created_on, key_id`,
    [accountId],
  );

/** True where there is such a key, revoked just now or before. */
export const revokeKey = async (tx: Transaction, accountId: AccountId, keyId: KeyId): Promise<boolean> => {
  const revoked = await tx.query(
    `update api_key set revoked_on = coalesce(revoked_on, current_date)
     where account_id = $1 and key_id = $2
     returning key_id`,
    [accountId, keyId],
  );
  return revoked.length > 0;
};

const SELECT_ACCOUNT = `
  select epoch, head, chain, records, bytes, records_max, bytes_max from account where account_id = $1`;

interface AccountRow {
  readonly epoch: string;
  readonly head: string;
  readonly chain: Buffer;
  readonly records: string;
  readonly bytes: string;
  readonly records_max: string | null;
  readonly bytes_max: string | null;
}

const accountOf = (row: AccountRow): StoredAccount => ({
  epoch: row.epoch.replaceAll('-', ''),
  head: BigInt(row.head),
  chain: row.chain,
  records: Number(row.records),
  bytes: Number(row.bytes),
  recordsMax: row.records_max === null ? null : Number(row.records_max),
  bytesMax: row.bytes_max === null ? null : Number(row.bytes_max),
});
