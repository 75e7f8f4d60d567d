/**
 * Records as they sync: the envelope and the seq it was merged on. Only the two doors of this folder write here,
 * so row and envelope can't disagree.
 */
import { assert, type EntityKind, isEntityKind, type RecordId } from '@mhb/core-domain';
import { type EntityState, entityOf, type Envelope, isErased, readEnvelope } from '@mhb/core-domain/sync';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import type { ChangeFeedDep } from '../deps.ts';
import { tables } from './tables.ts';

export interface HeldRecord {
  readonly kind: EntityKind;
  readonly envelope: Envelope;
  /** The canonical JSON of the envelope. */
  readonly text: string;
  /** The seq of the service's version it was merged on; 0 for none. */
  readonly base: number;
}

export const readRecord = (db: Reader, id: RecordId): HeldRecord | undefined => {
  const row = db.get<{ kind: string; envelope: string; base: number }>(
    sql`select kind, envelope, base from record where id = ${id}`,
  );
  if (row === undefined) return undefined;
  return { ...parseStored(row.kind, row.envelope), text: row.envelope, base: row.base };
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

/** What is to be saved, with what the caller has worked out already. */
export interface SavedRecord {
  readonly id: RecordId;
  readonly envelope: Envelope;
  /** The canonical JSON of the envelope. */
  readonly text: string;
  readonly base: number;
  /** What the envelope describes, where that is known. */
  readonly state?: EntityState;
}

/** Writes envelope and row together. The caller has made sure that the envelope describes an entity, or is erased. */
export const saveRecord = ({ changeFeed }: ChangeFeedDep, tx: Transaction, record: SavedRecord): void => {
  const { id, envelope, text, base, state } = record;
  assert(isEntityKind(envelope.type), 'only records of a known kind are saved');
  tx.run(sql`
    insert into record (id, kind, envelope, base)
    values (${id}, ${envelope.type}, ${text}, ${base})
    on conflict (id) do update set kind = excluded.kind, envelope = excluded.envelope, base = excluded.base
  `);
  if (isErased(envelope)) removeRow(tx, envelope.type, id);
  else writeRow(tx, state ?? stateOf(id, envelope));
  changeFeed.note(envelope.type);
};

/** The service holds the record as it is here, under this seq. */
export const setBase = (tx: Transaction, id: RecordId, base: number): void => {
  tx.run(sql`update record set base = ${base} where id = ${id}`);
};

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
  tx.run(sql`update record set base = 0 where base <> 0`);
};

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
