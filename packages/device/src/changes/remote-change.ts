/**
 * The only door through which a change made elsewhere enters the database. Twin of local-change.ts.
 *
 * What arrives merges with what is held. Where the result is what the service has, the record is clean and nothing
 * is uploaded, so two devices can't play ping-pong (rule O4); otherwise the outbox keeps or gets an entry. What the
 * merge lets go of, and nobody who wrote on the other side had seen, goes to the merge ledger (rule M4).
 * Nothing here fails on a rule between records (rule M5).
 */
import { instantOf, type RecordId } from '@mhb/core-domain';
import {
  canonicalJson,
  discardedBy,
  type EntityState,
  type Envelope,
  lastStampOf,
  mergeEnvelopes,
  stampsOf,
} from '@mhb/core-domain/sync';
import type { Transaction } from '../database/sql.ts';
import type { ChangeFeedDep, ClockDep } from '../deps.ts';
import { sawStampOfOthers } from './device-state.ts';
import { keepDiscarded } from './merge-ledger.ts';
import { dequeue, enqueue } from './outbox.ts';
import { readRecord, saveRecord, setBase } from './records.ts';

export interface ArrivedRecord {
  readonly id: RecordId;
  readonly envelope: Envelope;
  /** What the envelope describes; absent where it is an erase certificate. */
  readonly state?: EntityState;
  /** The version on the service that this is. */
  readonly seq: number;
  readonly sealedHash: Uint8Array;
}

/** `merged` where both sides had written; `unchanged` where nothing new arrived. */
export type Arrival = 'new' | 'updated' | 'merged' | 'unchanged';

export const recordRemoteChanges = (
  deps: ChangeFeedDep & ClockDep,
  tx: Transaction,
  arrived: readonly ArrivedRecord[],
): readonly Arrival[] => {
  sawStampOfOthers(tx, lastStampOf(...arrived.map(({ envelope }) => envelope)));
  return arrived.map((record) => recordRemoteChange(deps, tx, record));
};

const recordRemoteChange = (
  deps: ChangeFeedDep & ClockDep,
  tx: Transaction,
  arrived: ArrivedRecord,
): Arrival => {
  const { id, envelope, seq: base, sealedHash } = arrived;
  const arrivedText = canonicalJson({ ...envelope });
  const held = readRecord(tx, id);
  if (held === undefined) {
    saveRecord(deps, tx, { ...arrived, text: arrivedText, base, common: null });
    return 'new';
  }

  const merged = mergeEnvelopes(held.envelope, envelope);
  const text = canonicalJson({ ...merged });
  const isOnService = text === arrivedText;
  const common = isOnService ? null : stampsOf(envelope);
  const discarded = discardedBy(held.envelope, envelope, held.common);
  keepDiscarded(tx, { id, kind: merged.type, at: instantOf(deps.clock.nowMs()) }, discarded);
  if (isOnService) dequeue(tx, id);
  if (text === held.text) setBase(tx, id, { base, sealedHash, common });
  else saveRecord(deps, tx, { id, envelope: merged, text, base, sealedHash, common });
  if (isOnService) return text === held.text ? 'unchanged' : 'updated';

  enqueue(tx, id);
  return 'merged';
};
