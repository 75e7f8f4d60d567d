/**
 * What this device knows the service to hold, record by record, whether it can use it or not. At the head up to which
 * it knows everything, the digest is the one that the service answers for that head (see DigestAnswer).
 */
import type { WireId } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import { clearState, readState, writeState } from '../changes/device-state.ts';
import { pagesOfServiceVersions, type ServiceVersionRow } from '../changes/records.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import { sealedHash } from '../vault/sealed-hash.ts';
import type { Vault } from '../vault/vault.ts';

export interface ServiceState {
  readonly head: number;
  readonly count: number;
  readonly digest: string;
}

/** `undefined` while the device is in the middle of something, or where somebody wrote while it did. */
export const readCompleteHead = (db: Reader): number | undefined => {
  const stored = readState(db, 'complete_head');
  return stored === undefined ? undefined : Number(stored);
};

/** After the last page of a download. */
export const writeCompleteHead = (tx: Transaction, head: number): void => {
  if (readCompleteHead(tx) !== head) writeState(tx, 'complete_head', String(head));
};

export const clearCompleteHead = (tx: Transaction): void => {
  clearState(tx, 'complete_head');
};

/** After an upload: only where every seq since then is one of its own. */
export const moveCompleteHead = (
  tx: Transaction,
  { head, seqs }: { readonly head: number; readonly seqs: readonly number[] },
): void => {
  const known = readCompleteHead(tx);
  if (known === undefined) return;
  const own = new Set(seqs.filter((seq) => seq > known && seq <= head)).size;
  if (known + own === head) writeCompleteHead(tx, head);
  else clearCompleteHead(tx);
};

interface Version {
  readonly id: WireId;
  readonly seq: number;
  readonly sealedHash: Uint8Array;
}

/**
 * `undefined` where the device does not know all of it. Of a record that can't be used yet the version that waits is
 * the one on the service.
 */
export const readServiceState = (db: Reader, vault: Vault): ServiceState | undefined => {
  const head = readCompleteHead(db);
  if (head === undefined) return undefined;
  const waiting = listWaiting(db);
  const ids: WireId[] = [];
  // A history may have a hundred thousand versions: they are packed as they are read.
  const packed: Buffer[] = [];
  for (const page of pagesOfServiceVersions(db)) {
    const known = versionsOf(page, vault);
    if (known === undefined) return undefined;
    const versions = known.filter(({ id, seq }) => (waiting.get(id)?.seq ?? 0) <= seq);
    for (const { id } of versions) {
      ids.push(id);
      waiting.delete(id);
    }
    packed.push(pack(versions));
  }
  ids.push(...waiting.keys());
  packed.push(pack([...waiting.values()]));
  return { head, count: ids.length, digest: digestOf(ids, Buffer.concat(packed)) };
};

const versionsOf = (page: readonly ServiceVersionRow[], vault: Vault): readonly Version[] | undefined => {
  const ids = vault.wireIdsOf(page.map(({ id }) => id));
  const versions: Version[] = [];
  for (const [index, { base, sealed_hash }] of page.entries()) {
    const id = ids[index];
    if (id === undefined || sealed_hash === null) return undefined;
    versions.push({ id, seq: base, sealedHash: sealed_hash });
  }
  return versions;
};

/** The latest of each record that is in quarantine or held back. */
const listWaiting = (db: Reader): Map<WireId, Version> => {
  const byId = new Map<WireId, Version>();
  const rows = db.all<{ id: WireId; seq: number; sealed: Uint8Array }>(sql`
    select wire_id as id, seq, sealed from quarantine
    union all
    select wire_id as id, seq, sealed from held_deletion
  `);
  for (const { id, seq, sealed } of rows) {
    if ((byId.get(id)?.seq ?? 0) < seq) byId.set(id, { id, seq, sealedHash: sealedHash(sealed) });
  }
  return byId;
};

const ID_BYTES = 16;
const SEQ_BYTES = 8;
const VERSION_BYTES = ID_BYTES + SEQ_BYTES + 32;

const pack = (versions: readonly Version[]): Buffer => {
  const bytes = Buffer.alloc(versions.length * VERSION_BYTES);
  for (const [index, { id, seq, sealedHash: ofSealed }] of versions.entries()) {
    const at = index * VERSION_BYTES;
    bytes.write(id, at, 'hex');
    bytes.writeBigUInt64BE(BigInt(seq), at + ID_BYTES);
    bytes.set(ofSealed, at + ID_BYTES + SEQ_BYTES);
  }
  return bytes;
};

/** Of versions that were packed in the order of their ids. */
const digestOf = (ids: readonly WireId[], packed: Buffer): string => {
  const order = ids.map((id, index) => ({ id, at: index * VERSION_BYTES }));
  order.sort((a, b) => (a.id < b.id ? -1 : 1));
  const digest = createHash('sha256');
  for (const { at } of order) digest.update(packed.subarray(at, at + VERSION_BYTES));
  return digest.digest('hex');
};
