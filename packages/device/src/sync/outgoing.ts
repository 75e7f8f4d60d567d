/**
 * The batch that is on its way. It is frozen in the database before it is first sent, with its id, order and
 * ciphertexts, so that sending it again after any interruption is the same request (rule D4).
 */
import { assert, type RecordId } from '@mhb/core-domain';
import { canonicalJson, deletedAt, isErased, type Stamps, stampsOf } from '@mhb/core-domain/sync';
import { limits, WireId } from '@mhb/core-domain/wire';
import { countOutbox, listOutbox, type OutboxEntry } from '../changes/outbox.ts';
import { type HeldRecord, readRecord } from '../changes/records.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import type { Sealed } from '../vault/seal.ts';
import type { Vault } from '../vault/vault.ts';
import type { OutgoingChange } from './sync-api.ts';

export interface FrozenChange extends OutgoingChange, OutboxEntry {
  /** Of each group in what is sent. */
  readonly stamps: Stamps;
}

export interface FrozenBatch {
  readonly batchId: string;
  readonly changes: readonly FrozenChange[];
}

/** What JSON needs for one change beside its ciphertext, in bytes. */
const CHANGE_OVERHEAD_BYTES = 200;

export const readFrozenBatch = (db: Reader): FrozenBatch | undefined => {
  const rows = db.all<OutgoingRow>(
    sql`select batch_id, record_id, wire_id, base, base_hash, change, sealed, stamps from outgoing order by position`,
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    batchId: first.batch_id,
    changes: rows.map(({ record_id, wire_id, base, base_hash, change, sealed, stamps }) => ({
      id: WireId.parse(wire_id),
      record_id,
      base,
      base_hash: base_hash ?? undefined,
      change,
      // Only freezeBatch writes here, and only what the vault sealed.
      sealed: sealed as Sealed,
      stamps: JSON.parse(stamps) as Stamps,
    })),
  };
};

/** The stamps of what is on its way. */
export const listFrozenStamps = (db: Reader): ReadonlyMap<RecordId, Stamps> =>
  new Map(
    db
      .all<{ record_id: RecordId; stamps: string }>(sql`select record_id, stamps from outgoing`)
      .map(({ record_id, stamps }) => [record_id, JSON.parse(stamps) as Stamps]),
  );
/**
 * What goes to an account that is full: everything as ever; else what it has already, which may have room; else what
 * was deleted, so that a person can always do that.
 */
export type Wanted = 'everything' | 'what is there' | 'what was deleted';

export interface Freezing {
  readonly batchId: string;
  readonly leaveOut: ReadonlySet<RecordId>;
  readonly wanted: Wanted;
}

/** Seals the oldest changes of the outbox, as many as one request takes. `undefined` where there are none. */
export const freezeBatch = (
  tx: Transaction,
  vault: Vault,
  { batchId, leaveOut, wanted }: Freezing,
): FrozenBatch | undefined => {
  const changes: FrozenChange[] = [];
  let bytes = 1_000;
  const most = wanted === 'everything' ? limits.UPLOAD_CHANGES_MAX + leaveOut.size : countOutbox(tx);
  for (const entry of listOutbox(tx, most)) {
    if (leaveOut.has(entry.record_id)) continue;
    const held = readOutgoingRecord(tx, entry.record_id);
    if (!isWanted(held, wanted)) continue;
    const sealed = vault.sealRecord(entry.record_id, held.text);
    const change = {
      ...entry,
      ...sealed,
      base: held.base,
      base_hash: held.sealedHash,
      stamps: stampsOf(held.envelope),
    };
    bytes += Math.ceil(change.sealed.length / 3) * 4 + CHANGE_OVERHEAD_BYTES;
    if (changes.length === limits.UPLOAD_CHANGES_MAX || (changes.length > 0 && bytes > limits.BODY_BYTES_MAX))
      break;
    changes.push(change);
  }
  for (const [position, { id, record_id, base, base_hash, change, sealed, stamps }] of changes.entries()) {
    tx.run(sql`
      insert into outgoing (position, batch_id, record_id, wire_id, base, base_hash, change, sealed, stamps)
      values (${position}, ${batchId}, ${record_id}, ${id}, ${base}, ${base_hash ?? null}, ${change}, ${sealed},
        ${canonicalJson(stamps)})
    `);
  }
  return changes.length === 0 ? undefined : { batchId, changes };
};

/** The service has answered; whatever was not applied is still in the outbox. */
export const releaseFrozenBatch = (tx: Transaction): void => {
  tx.run(sql`delete from outgoing`);
};

const readOutgoingRecord = (db: Reader, id: RecordId): HeldRecord => {
  const held = readRecord(db, id);
  assert(held !== undefined, 'what is in the outbox is a record');
  return held;
};

const isWanted = ({ envelope, base }: HeldRecord, wanted: Wanted): boolean => {
  if (wanted === 'everything') return true;
  if (wanted === 'what is there' || base === 0) return base > 0;
  return isErased(envelope) || deletedAt(envelope) !== null;
};

interface OutgoingRow {
  readonly batch_id: string;
  readonly record_id: RecordId;
  readonly wire_id: string;
  readonly base: number;
  readonly base_hash: Uint8Array | null;
  readonly change: number;
  readonly sealed: Uint8Array;
  readonly stamps: string;
}
