/**
 * Notices that another device bears the id of this one: its data folder was copied, or this one is an old copy of
 * itself. Every group this device ever wrote is in its records or was replaced by a later one, so a group with its
 * id that is later than what is held was written by somebody else.
 */
import type { ArrivedRecord } from '../changes/remote-change.ts';
import { lastStamp, writeState } from '../changes/device-state.ts';
import { readRecord } from '../changes/records.ts';
import type { Reader, Transaction } from '../database/sql.ts';
import type { DeviceIdDep } from '../deps.ts';
import { isReconciling } from './reconcile.ts';

export const noteSharedId = (
  { deviceId }: DeviceIdDep,
  tx: Transaction,
  arrived: readonly ArrivedRecord[],
): void => {
  const isForeign = foreignGroups(tx, deviceId);
  if (arrived.some(isForeign)) writeState(tx, 'device_id_shared', 'yes');
};

/**
 * While everything is downloaded again, what was emptied here may come back with own stamps; a stamp later than any
 * this device has known is foreign even then.
 */
const foreignGroups = (db: Reader, deviceId: string): ((arrived: ArrivedRecord) => boolean) => {
  const last = lastStamp(db);
  const onlyLater = isReconciling(db);
  return ({ id, envelope }) => {
    const own = Object.entries(envelope.groups).filter(([, { stamp }]) => stamp.endsWith(deviceId));
    if (own.length === 0) return false;
    if (own.some(([, { stamp }]) => stamp > last)) return true;
    if (onlyLater) return false;
    const held = readRecord(db, id)?.envelope.groups ?? {};
    // An erase certificate here has taken the place of every group.
    if (held.erased !== undefined) return false;
    return own.some(([name, { stamp }]) => stamp > (held[name]?.stamp ?? ''));
  };
};
