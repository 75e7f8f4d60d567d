/**
 * What this device knows the service to hold, record by record, whether it can use it or not. At the head up to which
 * it knows everything, the digest is the one that the service answers for that head (see DigestAnswer).
 */
import type { WireId } from '@mhb/core-domain/wire';
import { hash } from 'node:crypto';
import { clearState, readState, writeState } from '../changes/device-state.ts';
import { listServiceVersions } from '../changes/records.ts';
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

/** `undefined` where the device does not know all of it. */
export const readServiceState = (db: Reader, vault: Vault): ServiceState | undefined => {
  const head = readCompleteHead(db);
  const versions = listVersions(db, vault);
  if (head === undefined || versions === undefined) return undefined;
  return { head, count: versions.length, digest: digestOf(versions) };
};

/** Of a record that can't be used yet the version that waits is the one on the service. */
const listVersions = (db: Reader, vault: Vault): readonly Version[] | undefined => {
  const rows = listServiceVersions(db);
  const ids = vault.wireIdsOf(rows.map(({ id }) => id));
  const versions: Version[] = [];
  for (const [index, { base, sealed_hash }] of rows.entries()) {
    const id = ids[index];
    if (id === undefined || sealed_hash === null) return undefined;
    versions.push({ id, seq: base, sealedHash: sealed_hash });
  }
  const waiting = db.all<{ id: WireId; seq: number; sealed: Uint8Array }>(sql`
    select wire_id as id, seq, sealed from quarantine
    union all
    select wire_id as id, seq, sealed from held_deletion
  `);
  return waiting.length === 0 ? versions : latestOf([...versions, ...waiting.map(versionOf)]);
};

const versionOf = ({ id, seq, sealed }: { id: WireId; seq: number; sealed: Uint8Array }): Version => ({
  id,
  seq,
  sealedHash: sealedHash(sealed),
});

const latestOf = (versions: readonly Version[]): readonly Version[] => {
  const byId = new Map<WireId, Version>();
  for (const version of versions) {
    if ((byId.get(version.id)?.seq ?? 0) < version.seq) byId.set(version.id, version);
  }
  return [...byId.values()];
};

const ID_BYTES = 16;
const SEQ_BYTES = 8;
const VERSION_BYTES = ID_BYTES + SEQ_BYTES + 32;

const digestOf = (versions: readonly Version[]): string => {
  const inOrder = versions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const bytes = Buffer.alloc(inOrder.length * VERSION_BYTES);
  for (const [index, { id, seq, sealedHash: ofSealed }] of inOrder.entries()) {
    const at = index * VERSION_BYTES;
    bytes.write(id, at, 'hex');
    bytes.writeBigUInt64BE(BigInt(seq), at + ID_BYTES);
    bytes.set(ofSealed, at + ID_BYTES + SEQ_BYTES);
  }
  return hash('sha256', bytes, 'hex');
};
