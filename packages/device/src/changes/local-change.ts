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
  discardedBy,
  editEnvelope,
  type Envelope,
  eraseEnvelope,
  type Group,
  lastStampOf,
  mergeEnvelopes,
  nextStamp,
  restoreEnvelope,
  type Stamp,
} from '@mhb/core-domain/sync';
import type { Transaction } from '../database/sql.ts';
import type { LocalChangeDeps } from '../deps.ts';
import { lastStamp, sawStamp } from './device-state.ts';
import { keepDiscarded } from './merge-ledger.ts';
import { enqueue } from './outbox.ts';
import { type HeldRecord, readRecord, type SavedRecord, saveRecord } from './records.ts';

export const createRecord = <K extends EntityKind>(
  deps: LocalChangeDeps,
  tx: Transaction,
  kind: K,
  entity: Entity<K>,
): void => {
  const envelope = createEnvelope(kind, entity, newStamp(deps, tx));
  save(deps, tx, { id: entity.id, envelope, text: textOf(envelope), base: 0, common: null });
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
  deleteRecords(deps, tx, [id]);
};

/** All with the same time of deletion, by which the Trash knows that they went together. */
export const deleteRecords = (deps: LocalChangeDeps, tx: Transaction, ids: readonly RecordId[]): void => {
  const deletedAt = instantOf(deps.clock.nowMs());
  for (const id of ids) change(deps, tx, id, (held, stamp) => deleteEnvelope(held, deletedAt, stamp));
};

export const restoreRecord = (deps: LocalChangeDeps, tx: Transaction, id: RecordId): void => {
  change(deps, tx, id, restoreEnvelope);
};

/** Leaves an erase certificate where the record was (rule M6). */
export const eraseRecord = (deps: LocalChangeDeps, tx: Transaction, id: RecordId): void => {
  change(deps, tx, id, eraseEnvelope);
};

/** Writes one group anew, as a person's edit of now, whatever it was before. */
export const writeGroup = (
  deps: LocalChangeDeps,
  tx: Transaction,
  id: RecordId,
  { name, fields }: { readonly name: string; readonly fields: Omit<Group, 'stamp'> },
): void => {
  change(deps, tx, id, (held, stamp) => ({
    ...held,
    groups: { ...held.groups, [name]: { ...held.groups[name], ...fields, stamp } },
  }));
};

/** The record as it is, with other stamps (rule S3): the same change, which waits already. */
export const replaceStamps = (
  deps: LocalChangeDeps,
  tx: Transaction,
  id: RecordId,
  envelope: Envelope,
): void => {
  const held = readRecord(tx, id);
  assert(held !== undefined, 'what waits to be sent is a record');
  saveRecord(deps, tx, { id, envelope, text: textOf(envelope), ...commonWith(held) });
};

/**
 * Takes in records of a file with the stamps they have. What is held merges with them, so importing again, or after
 * edits made here, undoes nothing. What the file replaces here is kept in the merge ledger (rule M4); what it does
 * not, is still in the file. Answers how many records changed.
 */
export const adoptRecords = (
  deps: LocalChangeDeps,
  tx: Transaction,
  records: readonly { readonly id: RecordId; readonly envelope: Envelope }[],
): number => {
  let changed = 0;
  for (const { id, envelope } of records) {
    const held = readRecord(tx, id);
    const merged = held === undefined ? envelope : mergeEnvelopes(held.envelope, envelope);
    const text = textOf(merged);
    if (text === held?.text) continue;
    if (held !== undefined) {
      const discarded = discardedBy(held.envelope, envelope, {});
      const replaced = discarded.filter(({ name, lost }) => lost === held.envelope.groups[name]);
      keepDiscarded(tx, { id, kind: merged.type, at: instantOf(deps.clock.nowMs()) }, replaced);
    }
    save(deps, tx, { id, envelope: merged, text, ...commonWith(held) });
    changed += 1;
  }
  sawStamp(tx, lastStampOf(...records.map(({ envelope }) => envelope)));
  return changed;
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
  const text = textOf(envelope);
  if (text === held.text) return;
  save(deps, tx, { id, envelope, text, ...commonWith(held) });
};

/** What the service held when this device first wrote, also where it writes again before that was sent. */
const commonWith = (held: HeldRecord | undefined): Pick<SavedRecord, 'base' | 'common'> =>
  held === undefined || held.base === 0
    ? { base: 0, common: null }
    : { base: held.base, common: held.common };

const textOf = (envelope: Envelope): string => canonicalJson({ ...envelope });

const save = (deps: LocalChangeDeps, tx: Transaction, record: SavedRecord): void => {
  saveRecord(deps, tx, record);
  enqueue(tx, record.id);
};

const newStamp = ({ clock, deviceId }: LocalChangeDeps, tx: Transaction): Stamp => {
  const stamp = nextStamp(lastStamp(tx), clock.nowMs(), deviceId);
  sawStamp(tx, stamp);
  return stamp;
};
