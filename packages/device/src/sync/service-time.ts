/**
 * What time it is for the service, and with it the stamps that a wrong clock of this device made (rule S3). Each
 * answer says the time; nothing that arrives is merged and nothing is frozen before own stamps are put right.
 */
import {
  CLOCK_TOLERANCE_MS,
  DeviceId,
  FIRST_STAMP,
  isAhead,
  mayBeAhead,
  restamp,
  Stamp,
  stampOf,
  type Stamps,
} from '@mhb/core-domain/sync';
import type { RecordId } from '@mhb/core-domain';
import { lastStamp, putLastStampBack, readState, writeState } from '../changes/device-state.ts';
import { replaceStamps } from '../changes/local-change.ts';
import { lastChange, listWaiting } from '../changes/outbox.ts';
import { readRecord } from '../changes/records.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import type { LocalChangeDeps } from '../deps.ts';
import { listFrozenStamps } from './outgoing.ts';
import { isReconciling } from './reconcile.ts';

export interface ServiceTimeDep {
  /** How far the service's clock is ahead of this device's; `undefined` before the first answer. */
  readonly serviceAheadMs: () => number | undefined;
}

/**
 * Stamps anew what lies in the future and was not sent. What is on its way stays as it was frozen. While it is not
 * known what the service holds, everything stays: a stamp could fall below the version it was made on.
 */
export const putStampsRight = (deps: LocalChangeDeps & ServiceTimeDep, tx: Transaction): void => {
  const aheadMs = deps.serviceAheadMs();
  const deviceMs = deps.clock.nowMs();
  if (aheadMs === undefined) return;
  const serviceMs = deviceMs + aheadMs;
  if (!mayBeAhead(lastStamp(tx), { serviceMs, deviceMs }) || isReconciling(tx)) return;

  const rightUntilMs = Number(readState(tx, 'stamps_right_until') ?? 0);
  // What was looked at before is right for good, unless the service's own clock was put back.
  const rightTo = serviceMs < rightUntilMs ? 0 : Number(readState(tx, 'stamps_right_to') ?? 0);
  const frozen = listFrozenStamps(tx);
  const waiting = listWaiting(tx, rightTo).flatMap((id) => unsentOf(tx, id, frozen.get(id)));
  const { deviceId: device } = deps;
  const after = (): Stamp => lastOwnStampRight(tx, { device, serviceMs, rightTo });
  const restamped = restamp(waiting, { device, serviceMs, deviceMs, rightUntilMs, after });
  writeState(tx, 'stamps_right_until', String(serviceMs));
  writeState(tx, 'stamps_right_to', String(Math.max(lastChange(tx), rightTo)));
  let isChanged = false;
  for (const [index, { id, envelope }] of waiting.entries()) {
    const next = restamped[index];
    if (next === undefined || next === envelope) continue;
    replaceStamps(deps, tx, id, next);
    isChanged = true;
  }
  const held = isChanged ? lastStampHeld(tx) : undefined;
  // Where somebody else's lies ahead too, the next stamp after it would be one that this device has already given.
  if (held !== undefined && !isAhead(held, serviceMs)) putLastStampBack(tx, held);
};

const unsentOf = (db: Reader, id: RecordId, frozen: Stamps | undefined) => {
  const held = readRecord(db, id);
  return held === undefined
    ? []
    : [{ id, envelope: held.envelope, sent: frozen === undefined ? [held.common] : [held.common, frozen] }];
};

/** The greatest stamp of this device in what does not wait or was looked at before, and not too far ahead. */
const lastOwnStampRight = (
  db: Reader,
  { device, serviceMs, rightTo }: { device: DeviceId; serviceMs: number; rightTo: number },
): Stamp => {
  const limit = stampOf(serviceMs + CLOCK_TOLERANCE_MS, 0xffff, DeviceId.parse('f'.repeat(16)));
  return stampIn(
    db.get(sql`
      select max(grouped.value ->> '$.stamp') as stamp
      from record, json_each(record.envelope, '$.groups') as grouped
      where record.id not in (select record_id from outbox where change > ${rightTo})
        and grouped.value ->> '$.stamp' <= ${limit} and substr(grouped.value ->> '$.stamp', 19) = ${device}
    `),
  );
};

const lastStampHeld = (db: Reader): Stamp =>
  stampIn(
    db.get(sql`
      select max(grouped.value ->> '$.stamp') as stamp
      from record, json_each(record.envelope, '$.groups') as grouped
    `),
  );

const stampIn = (row: { readonly stamp: string | null } | undefined): Stamp =>
  row === undefined || row.stamp === null ? FIRST_STAMP : Stamp.parse(row.stamp);
