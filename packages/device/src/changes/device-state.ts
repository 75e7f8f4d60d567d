/** Facts of this device alone: who it is, the last stamp it has seen, where its sync stands. Never synced. */
import { DeviceId, FIRST_STAMP, Stamp } from '@mhb/core-domain/sync';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

type StateName =
  | 'device_id'
  | 'device_id_shared'
  | 'last_stamp'
  | 'seen_stamp'
  | 'sync'
  | 'turning_off'
  | 'cursor'
  | 'reconciling'
  | 'first_download'
  | 'quarantine_tried'
  | 'stamps_right_until'
  | 'stamps_right_to'
  | 'registered'
  | 'complete_head'
  | 'manifests'
  | 'key_change'
  | 'sealing_anew';

export const readState = (db: Reader, name: StateName): string | undefined =>
  db.get<{ value: string }>(sql`select value from device_state where name = ${name}`)?.value;

export const writeState = (tx: Transaction, name: StateName, value: string): void => {
  tx.run(sql`
    insert into device_state (name, value) values (${name}, ${value})
    on conflict (name) do update set value = excluded.value
  `);
};

export const clearState = (tx: Transaction, name: StateName): void => {
  tx.run(sql`delete from device_state where name = ${name}`);
};

/** This device's id; made at the first start. */
export const ensureDeviceId = (tx: Transaction, makeId: () => string): DeviceId => {
  const known = readState(tx, 'device_id');
  if (known !== undefined) return DeviceId.parse(known);
  const made = DeviceId.parse(makeId());
  writeState(tx, 'device_id', made);
  return made;
};

/** The greatest stamp this device has made or seen (rule S2). */
export const lastStamp = (db: Reader): Stamp => {
  const stored = readState(db, 'last_stamp');
  return stored === undefined ? FIRST_STAMP : Stamp.parse(stored);
};

/** The same for one that arrived: it was sent, so no stamp of this device may ever be earlier (rule S3). */
export const sawStampOfOthers = (tx: Transaction, stamp: Stamp): void => {
  sawStamp(tx, stamp);
  tx.run(sql`
    insert into device_state (name, value) values ('seen_stamp', ${stamp})
    on conflict (name) do update set value = excluded.value where excluded.value > value
  `);
};

/** After own stamps were put right: the greatest one that is left, here or on the service (rule S3). */
export const putLastStampBack = (tx: Transaction, stamp: Stamp): void => {
  const seen = readState(tx, 'seen_stamp') ?? FIRST_STAMP;
  writeState(tx, 'last_stamp', stamp > seen ? stamp : seen);
};

/** Remembers a stamp that was made or seen; an earlier one than is known changes nothing. */
export const sawStamp = (tx: Transaction, stamp: Stamp): void => {
  tx.run(sql`
    insert into device_state (name, value) values ('last_stamp', ${stamp})
    on conflict (name) do update set value = excluded.value where excluded.value > value
  `);
};
