/**
 * Records as they sync: the envelope and the seq it was merged on. Only the two doors of this folder write here,
 * so row and envelope can't disagree.
 */
import { assert, type EntityKind, isEntityKind, type RecordId } from '@mhb/core-domain';
import {
  canonicalJson,
  type EntityState,
  entityOf,
  type Envelope,
  isErased,
  readEnvelope,
  type Stamps,
  stampsOf,
} from '@mhb/core-domain/sync';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import type { ChangeFeedDep } from '../deps.ts';
import { forgetDiscarded } from './merge-ledger.ts';
import { tables } from './tables.ts';

export interface HeldRecord {
  readonly kind: EntityKind;
  readonly envelope: Envelope;
  /** The canonical JSON of the envelope. */
  readonly text: string;
  /** The seq of the service's version it was merged on; 0 for none. */
  readonly base: number;
  /** SHA-256 of that version's sealed envelope, where it is known. */
  readonly sealedHash: Uint8Array | undefined;
  /** The stamps of the service's version under `base`: of what a change here was made on. `{}` where there is none. */
  readonly common: Stamps;
}

export const readRecord = (db: Reader, id: RecordId): HeldRecord | undefined => {
  const row = db.get<HeldRow>(
    sql`select kind, envelope, base, sealed_hash, common from record where id = ${id}`,
  );
  if (row === undefined) return undefined;
  const stored = parseStored(row.kind, row.envelope);
  const { base, sealed_hash: hash } = row;
  const common = commonOf(row, stored.envelope);
  return { ...stored, text: row.envelope, base, sealedHash: hash ?? undefined, common };
};

interface HeldRow {
  readonly kind: string;
  readonly envelope: string;
  readonly base: number;
  readonly sealed_hash: Uint8Array | null;
  readonly common: string | null;
}

/** Where nothing waits to be sent, the service's version is the record as it is here. */
const commonOf = (
  { base, common }: { readonly base: number; readonly common: string | null },
  envelope: Envelope,
): Stamps => {
  if (base === 0) return {};
  // Only the two doors write it, from stamps.
  return common === null ? stampsOf(envelope) : (JSON.parse(common) as Stamps);
};

/** The record as the rest of the app knows it; `undefined` where there is none, or where it was erased. */
export const readEntity = (db: Reader, id: RecordId): EntityState | undefined => {
  const held = readRecord(db, id);
  return held === undefined || isErased(held.envelope) ? undefined : stateOf(id, held.envelope);
};

/** The same for many at once; those that are not there, or erased, are not in the answer. */
export const readEntities = (db: Reader, ids: readonly RecordId[]): ReadonlyMap<RecordId, EntityState> => {
  const rows = db.all<{ id: RecordId; kind: string; envelope: string }>(
    sql`select id, kind, envelope from record where id in (select value from json_each(${JSON.stringify(ids)}))`,
  );
  const states = rows.flatMap(({ id, kind, envelope: text }) => {
    const { envelope } = parseStored(kind, text);
    return isErased(envelope) ? [] : [[id, stateOf(id, envelope)] as const];
  });
  return new Map(states);
};

/** Every record that is not erased, in order of id. */
export const listEnvelopes = (
  db: Reader,
  kind: EntityKind,
): readonly { readonly id: RecordId; readonly envelope: Envelope }[] =>
  db
    .all<{ id: RecordId; envelope: string }>(
      sql`select id, envelope from record where kind = ${kind} order by id`,
    )
    .map((row) => ({ id: row.id, envelope: parseStored(kind, row.envelope).envelope }))
    .filter(({ envelope }) => !isErased(envelope));

export const listNotErased = (db: Reader): readonly RecordId[] =>
  db
    .all<{ id: RecordId; envelope: string; kind: string }>(
      sql`select id, kind, envelope from record order by id`,
    )
    .filter(({ kind, envelope }) => !isErased(parseStored(kind, envelope).envelope))
    .map(({ id }) => id);

/** Erased ones too. */
export const countRecords = (db: Reader): number =>
  db.get<{ count: number }>(sql`select count(*) as count from record`)?.count ?? 0;

/** Those that the service is not known to hold. */
export const countWithoutBase = (db: Reader): number =>
  db.get<{ count: number }>(sql`select count(*) as count from record where base = 0`)?.count ?? 0;

/** What is to be saved, with what the caller has worked out already. */
export interface SavedRecord {
  readonly id: RecordId;
  readonly envelope: Envelope;
  /** The canonical JSON of the envelope. */
  readonly text: string;
  readonly base: number;
  /** The stamps of what the service holds, where something waits to be sent that it does not hold. */
  readonly common: Stamps | null;
  /** Of the service's version under `base`, where that has just become known. */
  readonly sealedHash?: Uint8Array;
  /** What the envelope describes, where that is known. */
  readonly state?: EntityState;
}

/** Writes envelope and row together. The caller has made sure that the envelope describes an entity, or is erased. */
export const saveRecord = ({ changeFeed }: ChangeFeedDep, tx: Transaction, record: SavedRecord): void => {
  const { id, envelope, text, base, common, sealedHash = null, state } = record;
  assert(isEntityKind(envelope.type), 'only records of a known kind are saved');
  tx.run(sql`
    insert into record (id, kind, envelope, base, common, sealed_hash)
    values (${id}, ${envelope.type}, ${text}, ${base}, ${textOf(common)}, ${sealedHash})
    on conflict (id) do update set
      kind = excluded.kind,
      envelope = excluded.envelope,
      common = excluded.common,
      sealed_hash = case when excluded.base = base then coalesce(excluded.sealed_hash, sealed_hash)
        else excluded.sealed_hash end,
      base = excluded.base
  `);
  if (isErased(envelope)) {
    removeRow(tx, envelope.type, id);
    forgetDiscarded(tx, id);
  } else writeRow(tx, state ?? stateOf(id, envelope));
  changeFeed.note(envelope.type);
};

/** A version on the service: its seq, the hash of its sealed bytes, and its stamps where not all of it is held. */
export interface ServiceVersion {
  readonly base: number;
  readonly sealedHash: Uint8Array;
  readonly common: Stamps | null;
}

/**
 * The service holds the record as it is here, as this version; or with the stamps of `common`. A later version that
 * was seen meanwhile stays.
 */
export const setBase = (
  tx: Transaction,
  id: RecordId,
  { base, sealedHash, common }: ServiceVersion,
): void => {
  tx.run(sql`
    update record set base = ${base}, sealed_hash = ${sealedHash}, common = ${textOf(common)}
    where id = ${id} and base <= ${base}
  `);
};

const textOf = (stamps: Stamps | null): string | null => (stamps === null ? null : canonicalJson(stamps));

/**
 * The service holds the same content under another seq, because it was sealed anew (rule E7). False where another
 * version is held here; that one comes with a download.
 */
export const moveBase = (
  tx: Transaction,
  id: RecordId,
  moved: { readonly from: number; readonly to: number; readonly sealedHash: Uint8Array },
): boolean =>
  tx.run(sql`
    update record set base = ${moved.to}, sealed_hash = ${moved.sealedHash} where id = ${id} and base = ${moved.from}
  `) === 1;

/** Forgets what the service was known to hold (rule D6). */
export const forgetBases = (tx: Transaction): void => {
  tx.run(sql`update record set base = 0, common = null, sealed_hash = null where base <> 0`);
};

export interface ServiceVersionRow {
  readonly id: RecordId;
  readonly base: number;
  /** Null where only the seq is known. */
  readonly sealed_hash: Uint8Array | null;
}

const VERSIONS_AT_ONCE = 2_000;

/** Every record that the service is known to hold, by id. */
export function* pagesOfServiceVersions(db: Reader): Generator<readonly ServiceVersionRow[]> {
  for (let after = ''; ;) {
    const page = db.all<ServiceVersionRow>(sql`
      select id, base, sealed_hash from record where id > ${after} and base > 0
      order by id limit cast(${VERSIONS_AT_ONCE} as integer)
    `);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < VERSIONS_AT_ONCE) return;
    after = last.id;
  }
}

const writeRow = <K extends EntityKind>(
  tx: Transaction,
  { kind, entity, deleted_at }: EntityState<K>,
): void => {
  tables[kind].upsert(tx, entity, deleted_at);
};

const removeRow = (tx: Transaction, kind: EntityKind, id: RecordId): void => {
  // An id is branded by its kind; the envelope has just said which kind this is.
  tables[kind].remove(tx, id as never);
};

const stateOf = (id: RecordId, envelope: Envelope): EntityState => {
  const state = entityOf(id, envelope);
  assert(state.ok, 'a stored envelope describes an entity');
  return state.value;
};

const parseStored = (kind: string, text: string): { kind: EntityKind; envelope: Envelope } => {
  const envelope = readEnvelope(JSON.parse(text));
  assert(envelope.ok && isEntityKind(kind), 'a stored envelope can be read');
  return { kind, envelope: envelope.value };
};
