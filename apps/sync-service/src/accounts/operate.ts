/** What an operator does with accounts and keys, past the API: no key of the account is needed, and nothing is read. */
import { randomBytes } from 'node:crypto';
import { type AccountId, type KeyId, limits, type Scope } from '@mhb/core-domain/wire';
import { createKey, type NewKey } from './accounts.ts';
import { listKeys, lockAccount, revokeKey, type StoredKey } from './accounts-repository.ts';
import type { DatabaseDep } from '../database/database.ts';
import { forgetDevicesWithoutKey } from './devices-repository.ts';
import { StartProblem } from '../failures.ts';
import { listAccountRows, setQuota } from './operate-repository.ts';
import { removeAccount } from './whole-account.ts';

/** What is known of an account: how much, how many and on which day, and never what. */
export interface AccountSummary {
  readonly account_id: AccountId;
  readonly records: number;
  /** Sealed. */
  readonly bytes: number;
  /** Null for what everybody may. */
  readonly records_max: number | null;
  readonly bytes_max: number | null;
  /** Keys that were not revoked. */
  readonly api_keys: number;
  readonly devices: number;
  /** A day, "2026-01-31"; null before the first device. */
  readonly last_seen_on: string | null;
}

/** In order of id. */
export const listAccounts = ({ database }: DatabaseDep): Promise<readonly AccountSummary[]> =>
  database.transaction('snapshot', (tx) => listAccountRows(tx));

export type ShownKey = Omit<StoredKey, 'secret_hash'>;

export const showAccount = (
  { database }: DatabaseDep,
  accountId: AccountId,
): Promise<AccountSummary & { readonly keys: readonly ShownKey[] }> =>
  database.transaction('snapshot', async (tx) => {
    const [summary] = await listAccountRows(tx, accountId);
    if (summary === undefined) throw noSuchAccount();
    const keys = await listKeys(tx, accountId);
    return { ...summary, keys: keys.map(({ secret_hash: _, ...key }) => key) };
  });

/** Everything the service holds of it, at once. Answers how many records that were. */
export const deleteAnyAccount = ({ database }: DatabaseDep, accountId: AccountId): Promise<number> =>
  database.transaction('read committed', async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account === undefined) throw noSuchAccount();
    removeAccount(tx, accountId);
    return account.records;
  });

/** Null gives back what everybody may; `undefined` leaves as it is. */
export interface GivenQuota {
  readonly records_max?: number | null | undefined;
  readonly bytes_max?: number | null | undefined;
}

export const giveQuota = (
  { database }: DatabaseDep,
  accountId: AccountId,
  given: GivenQuota,
): Promise<AccountSummary> =>
  database.transaction('read committed', async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account === undefined) throw noSuchAccount();
    const { records_max = account.recordsMax, bytes_max = account.bytesMax } = given;
    await setQuota(tx, accountId, { recordsMax: records_max, bytesMax: bytes_max });
    const [summary] = await listAccountRows(tx, accountId);
    if (summary === undefined) throw noSuchAccount();
    return summary;
  });

/** The way back in for somebody whose keys are gone. It reads nothing without the recovery phrase. */
export const makeKey = (
  { database }: DatabaseDep,
  accountId: AccountId,
  given: { readonly label: string; readonly scopes: readonly Scope[] },
): Promise<NewKey> =>
  database.transaction('read committed', async (tx) => {
    if ((await lockAccount(tx, accountId)) === undefined) throw noSuchAccount();
    const living = (await listKeys(tx, accountId)).filter(({ revoked_on }) => revoked_on === null);
    if (living.length >= limits.API_KEYS_MAX)
      throw new StartProblem(
        `The account has ${String(limits.API_KEYS_MAX)} keys already. Revoke one first.`,
      );
    return createKey({ randomBytes }, tx, accountId, given);
  });

/** Counts at once for every request; an open event stream ends within a minute. */
export const revokeAnyKey = ({ database }: DatabaseDep, accountId: AccountId, keyId: KeyId): Promise<void> =>
  database.transaction('read committed', async (tx) => {
    if ((await lockAccount(tx, accountId)) === undefined || !(await revokeKey(tx, accountId, keyId)))
      throw new StartProblem('There is no such key. mhb-sync keys list shows those of an account.');
    await forgetDevicesWithoutKey(tx, accountId);
  });

const noSuchAccount = (): StartProblem =>
  new StartProblem('There is no such account. mhb-sync accounts list shows all of them.');
