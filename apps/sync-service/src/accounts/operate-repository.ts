/** Statements of an operator. They go across accounts, so no request of a device may use them. */
import { AccountId } from '@mhb/core-domain/wire';
import type { Transaction } from '../database/database.ts';
import type { AccountSummary } from './operate.ts';

/** All of them, or the one. */
export const listAccountRows = async (
  tx: Transaction,
  accountId?: AccountId,
): Promise<readonly AccountSummary[]> => {
  const rows = await tx.query<AccountRow>(
    `select account_id, records, bytes, records_max, bytes_max,
       (select count(*) from api_key
        where api_key.account_id = account.account_id and revoked_on is null) as api_keys,
       (select count(*) from device where device.account_id = account.account_id) as devices,
       (select max(last_seen_on)::text from device where device.account_id = account.account_id) as last_seen_on
     from account
     where $1::uuid is null or account_id = $1
     order by account_id`,
    [accountId ?? null],
  );
  return rows.map(
    ({ account_id, records, bytes, records_max, bytes_max, api_keys, devices, last_seen_on }) => ({
      account_id: AccountId.parse(account_id.replaceAll('-', '')),
      records: Number(records),
      bytes: Number(bytes),
      records_max: numberOrNull(records_max),
      bytes_max: numberOrNull(bytes_max),
      api_keys: Number(api_keys),
      devices: Number(devices),
      last_seen_on,
    }),
  );
};

interface AccountRow {
  readonly account_id: string;
  readonly records: string;
  readonly bytes: string;
  readonly records_max: string | null;
  readonly bytes_max: string | null;
  readonly api_keys: string;
  readonly devices: string;
  readonly last_seen_on: string | null;
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

/** Null for what everybody may. */
export const setQuota = async (
  tx: Transaction,
  accountId: AccountId,
  quota: { readonly recordsMax: number | null; readonly bytesMax: number | null },
): Promise<void> => {
  await tx.query('update account set records_max = $2, bytes_max = $3 where account_id = $1', [
    accountId,
    quota.recordsMax,
    quota.bytesMax,
  ]);
};
