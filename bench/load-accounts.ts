/** Accounts that have been used before: each with as many records, and two devices that have seen all of them. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { writeCursor } from '../apps/sync-service/src/records/cursor.ts';
import { createAccounts, type LoadAccount } from './throughput-accounts.ts';

export interface LoadDevice {
  readonly deviceId: string;
  /** Where its last page ended. */
  since: string;
  /** The record it wrote last. */
  latest: { readonly id: string; readonly seq: number } | undefined;
  /** A device does one thing at a time. */
  isBusy: boolean;
}

export interface UsedAccount extends LoadAccount {
  readonly devices: readonly [LoadDevice, LoadDevice];
}

const AT_ONCE = 500;

export const createUsedAccounts = async (
  client: pg.Client,
  count: number,
  records: number,
): Promise<readonly UsedAccount[]> => {
  const accounts: UsedAccount[] = [];
  while (accounts.length < count) {
    const made = await createAccounts(client, Math.min(AT_ONCE, count - accounts.length));
    const ids = made.map(({ accountId }) => accountId);
    await client.query(
      `insert into record (account_id, record_id, seq, sealed)
       select account_id, gen_random_uuid(), seq, decode(repeat('0101', 285), 'hex')
       from unnest($1::uuid[]) as account_id, generate_series(1, $2::integer) as seq`,
      [ids, records],
    );
    await client.query(
      `insert into batch (account_id, batch_id, request_hash, outcome, first_seq, last_seq, chain)
       select account_id, gen_random_uuid(), $3, '{}', 1, $2, $3 from unnest($1::uuid[]) as account_id`,
      [ids, records, Buffer.alloc(32)],
    );
    const { rows } = await client.query<{ account_id: string; epoch: string }>(
      `update account set head = $2, records = $2, bytes = $2::bigint * 570
       where account_id = any($1::uuid[]) returning account_id, epoch`,
      [ids, records],
    );
    const epochs = new Map(
      rows.map(({ account_id, epoch }) => [account_id.replaceAll('-', ''), epoch.replaceAll('-', '')]),
    );
    for (const account of made) {
      const head = BigInt(records);
      const place = { epoch: epochs.get(account.accountId) ?? '', seq: head, head, chain: Buffer.alloc(32) };
      const device = (): LoadDevice => ({
        deviceId: randomBytes(8).toString('hex'),
        since: writeCursor(place),
        latest: undefined,
        isBusy: false,
      });
      accounts.push({ ...account, head: records, devices: [device(), device()] });
    }
  }
  await client.query('analyze');
  return accounts;
};
