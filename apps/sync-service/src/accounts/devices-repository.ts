/** The devices of an account and the API keys they speak with. What a device is called stays sealed. */
import type { AccountId, KeyId } from '@mhb/core-domain/wire';
import type { Transaction } from '../database/database.ts';

export interface StoredDevice {
  readonly device_id: string;
  readonly key_id: KeyId;
  /** The device of the key that asked. */
  readonly is_this: boolean;
  readonly name: Buffer | null;
  readonly manifest: Buffer | null;
  /** A day, "2026-01-31". */
  readonly last_seen_on: string;
}

/** A device as one account knows it. */
export interface DevicePlace {
  readonly accountId: AccountId;
  readonly deviceId: string;
}

export const listDevices = (
  tx: Transaction,
  { accountId, keyId }: { readonly accountId: AccountId; readonly keyId: KeyId },
): Promise<readonly StoredDevice[]> =>
  tx.query<StoredDevice>(
    `select device_id, device.key_id, name, manifest, last_seen_on::text,
       coalesce(device_id = (select device_id from api_key where account_id = $1 and key_id = $2), false) as is_this
     from device
     where account_id = $1
     order by device_id`,
    [accountId, keyId],
  );

export const countDevices = async (tx: Transaction, accountId: AccountId): Promise<number> => {
  const [row] = await tx.query<{ count: string }>('select count(*) from device where account_id = $1', [
    accountId,
  ]);
  return Number(row?.count ?? 0);
};

export const hasDevice = async (tx: Transaction, { accountId, deviceId }: DevicePlace): Promise<boolean> => {
  const rows = await tx.query('select from device where account_id = $1 and device_id = $2', [
    accountId,
    deviceId,
  ]);
  return rows.length > 0;
};

/** The device speaks with this key today, and the key is the device's. What is not given stays as it was. */
export const upsertDevice = async (
  tx: Transaction,
  { accountId, deviceId }: DevicePlace,
  seen: {
    readonly keyId: KeyId;
    readonly name: Buffer | undefined;
    readonly manifest: Buffer | undefined;
  },
): Promise<void> => {
  await tx.query(
    `insert into device (account_id, device_id, key_id, name, manifest, last_seen_on)
     values ($1, $2, $3, $4, $5, current_date)
     on conflict (account_id, device_id) do update
     set key_id = excluded.key_id,
       name = coalesce(excluded.name, device.name),
       manifest = coalesce(excluded.manifest, device.manifest),
       last_seen_on = excluded.last_seen_on`,
    [accountId, deviceId, seen.keyId, seen.name ?? null, seen.manifest ?? null],
  );
  await tx.query('update api_key set device_id = $3 where account_id = $1 and key_id = $2', [
    accountId,
    seen.keyId,
    deviceId,
  ]);
};

export const nameDevice = async (
  tx: Transaction,
  { accountId, deviceId }: DevicePlace,
  name: Buffer,
): Promise<void> => {
  await tx.query('update device set name = $3 where account_id = $1 and device_id = $2', [
    accountId,
    deviceId,
    name,
  ]);
};

/**
 * The caller holds the account's lock. Ends the key that the device spoke with last and every key that is bound to
 * it, so that claiming another device's id keeps no key alive; and those that one of these has made and no device is
 * bound to, as the device may have made them for itself. Answers how many were living, `undefined` where no such
 * device was ever here.
 */
export const revokeDevice = async (
  tx: Transaction,
  { accountId, deviceId }: DevicePlace,
): Promise<number | undefined> => {
  const keys = await tx.query<{ was_living: boolean }>(
    `with recursive own as (
       select key_id from api_key
       where account_id = $1 and (
         device_id = $2 or key_id = (select key_id from device where account_id = $1 and device_id = $2)
       )
       union
       select made.key_id from api_key as made join own on made.made_by = own.key_id
       where made.account_id = $1 and made.device_id is null
     )
     update api_key set revoked_on = coalesce(api_key.revoked_on, current_date)
     from api_key as before
     where api_key.account_id = $1 and api_key.key_id in (select key_id from own)
       and before.account_id = $1 and before.key_id = api_key.key_id
     returning before.revoked_on is null as was_living`,
    [accountId, deviceId],
  );
  await tx.query('delete from device where account_id = $1 and device_id = $2', [accountId, deviceId]);
  return keys.length === 0 ? undefined : keys.filter(({ was_living }) => was_living).length;
};

/** The list has those alone that can still speak. */
export const forgetDevicesWithoutKey = async (tx: Transaction, accountId: AccountId): Promise<void> => {
  await tx.query(
    `delete from device
     where account_id = $1 and not exists (
       select from api_key
       where api_key.account_id = $1 and api_key.key_id = device.key_id and revoked_on is null
     )`,
    [accountId],
  );
};
