/** How much an account may hold (rule D8). What does not make it larger is always taken, so a person can delete. */
import type { StoredAccount } from '../accounts/accounts-repository.ts';

export interface Quota {
  readonly recordsMax: number;
  /** Sealed bytes. */
  readonly bytesMax: number;
}

/** Ten years of heavy use are a tenth of this. */
export const DEFAULT_QUOTA: Quota = { recordsMax: 500_000, bytesMax: 512 * 1024 * 1024 };

/** What the account's operator gave it, else what the service gives everybody. */
export const quotaOf = (account: StoredAccount, everybody: Quota): Quota => ({
  recordsMax: account.recordsMax ?? everybody.recordsMax,
  bytesMax: account.bytesMax ?? everybody.bytesMax,
});

/** By how much a batch changes what the account holds; either may be less than nothing. */
export interface Growth {
  readonly records: number;
  readonly bytes: number;
}

export const isBeyond = (account: StoredAccount, growth: Growth, everybody: Quota): boolean => {
  const { recordsMax, bytesMax } = quotaOf(account, everybody);
  return (
    (growth.records > 0 && account.records + growth.records > recordsMax) ||
    (growth.bytes > 0 && account.bytes + growth.bytes > bytesMax)
  );
};
