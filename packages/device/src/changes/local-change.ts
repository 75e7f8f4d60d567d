/**
 * The only door through which a change made on this device enters the database.
 *
 * Row, stamps and outbox entry are written in the caller's transaction, so a change that can be seen here is a
 * change that will be sent (rule O1). Its twin is remote-change.ts, for changes made elsewhere.
 */
import { assert, type Entity, type EntityKind, instantOf, type RecordId } from '@mhb/core-domain';
import {
  canonicalJson,
  createEnvelope,
  deleteEnvelope,
  editEnvelope,
  type Envelope,
  eraseEnvelope,
  lastStampOf,
  mergeEnvelopes,
  nextStamp,
  restoreEnvelope,
  type Stamp,
} from '@mhb/core-domain/sync';
import type { Transaction } from '../database/sql.ts';
import type { LocalChangeDeps } from '../deps.ts';
import { lastStamp, sawStamp } from './device-state.ts';
import { enqueue } from './outbox.ts';
import { type HeldRecord, readRecord, saveRecord } from './records.ts';

export const createRecord = <K extends EntityKind>(
  deps: LocalChangeDeps,
  tx: Transaction,
  kind: K,
  entity: Entity<K>,
): void => {
  save(deps, tx, { id: entity.id, envelope: createEnvelope(kind, entity, newStamp(deps, tx)), base: 0 });
};

/** Only the groups whose fields differ get a new stamp; an edit that changes nothing is not a change. */
export const editRecord = <K extends EntityKind>(
  deps: LocalChangeDeps,
  tx: Transaction,
  kind: K,
  entity: Entity<K>,
): void => {
  change(deps, tx, entity.id, (held, stamp) => editEnvelope(held, { kind, entity, stamp }));
};

export const deleteRecord = (deps: LocalChangeDeps, tx: Transaction, id: RecordId): void => {
  const deletedAt = instantOf(deps.clock.nowMs());
  change(deps, tx, id, (held, stamp) => deleteEnvelope(held, deletedAt, stamp));
};

export const restoreRecord = (deps: LocalChangeDeps, tx: Transaction, id: RecordId): void => {
  change(deps, tx, id, restoreEnvelope);
};

/** Leaves an erase certificate where the record was (rule M6). */
export const eraseRecord = (deps: LocalChangeDeps, tx: Transaction, id: RecordId): void => {
  change(deps, tx, id, eraseEnvelope);
};

/**
 * Takes in a record of a file with the stamps it has. What is held merges with it, so importing again, or after
 * edits made here, undoes nothing. Answers whether anything changed.
 */
export const adoptRecord = (
  deps: LocalChangeDeps,
  tx: Transaction,
  record: { readonly id: RecordId; readonly envelope: Envelope },
): boolean => {
  const { id, envelope } = record;
  const held = readRecord(tx, id);
  const merged = held === undefined ? envelope : mergeEnvelopes(held.envelope, envelope);
  if (canonicalJson({ ...merged }) === held?.text) return false;
  sawStamp(tx, lastStampOf(envelope));
  save(deps, tx, { id, envelope: merged, base: held?.base ?? 0 });
  return true;
};

const change = (
  deps: LocalChangeDeps,
  tx: Transaction,
  id: RecordId,
  next: (held: Envelope, stamp: Stamp) => Envelope,
): void => {
  const held: HeldRecord | undefined = readRecord(tx, id);
  assert(held !== undefined, 'a command changes a record that it has found');
  const envelope = next(held.envelope, newStamp(deps, tx));
  if (canonicalJson({ ...envelope }) === held.text) return;
  save(deps, tx, { id, envelope, base: held.base });
};

const save = (
  deps: LocalChangeDeps,
  tx: Transaction,
  record: { readonly id: RecordId; readonly envelope: Envelope; readonly base: number },
): void => {
  saveRecord(deps, tx, record);
  enqueue(tx, record.id);
};

const newStamp = ({ clock, deviceId }: LocalChangeDeps, tx: Transaction): Stamp => {
  const stamp = nextStamp(lastStamp(tx), clock.nowMs(), deviceId);
  sawStamp(tx, stamp);
  return stamp;
};
