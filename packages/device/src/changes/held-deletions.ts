/**
 * Deletions that arrived and wait: for the end of the run that shows how many there are, and where they are too many,
 * for a person (rule D7). Meanwhile the records are here as they were.
 */
import { RecordId } from '@mhb/core-domain';
import { WireId } from '@mhb/core-domain/wire';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export interface HeldDeletion {
  readonly id: WireId;
  readonly seq: number;
  readonly sealed: Uint8Array;
  readonly recordId: RecordId;
  /** Whether it erases for good, instead of putting into the Trash. */
  readonly erases: boolean;
  /** Whether a person is asked. */
  readonly asked: boolean;
}

export const holdDeletion = (tx: Transaction, held: Omit<HeldDeletion, 'asked'>): void => {
  tx.run(sql`
    insert into held_deletion (wire_id, seq, sealed, record_id, erases, asked)
    values (${held.id}, ${held.seq}, ${held.sealed}, ${held.recordId}, ${held.erases ? 1 : 0}, 0)
    on conflict (wire_id) do update set
      seq = excluded.seq, sealed = excluded.sealed, record_id = excluded.record_id, erases = excluded.erases
  `);
};

/** It was applied, or a later version of the record has arrived. */
export const releaseDeletion = (tx: Transaction, id: WireId): void => {
  tx.run(sql`delete from held_deletion where wire_id = ${id}`);
};

/** They are met again when everything is downloaded again. */
export const releaseAllDeletions = (tx: Transaction): void => {
  tx.run(sql`delete from held_deletion`);
};

/** A person is to decide about all that wait. */
export const askAboutDeletions = (tx: Transaction): void => {
  tx.run(sql`update held_deletion set asked = 1 where asked = 0`);
};

/** What no person is asked about yet, and what has been changed here since. */
export const listUnsettled = (db: Reader): readonly HeldDeletion[] =>
  db
    .all<HeldRow>(
      sql`
        select wire_id, seq, sealed, record_id, erases, asked from held_deletion
        where asked = 0 or record_id in (select record_id from outbox) order by seq
      `,
    )
    .map(heldOf);

/** What a person is asked about, in order of record. */
export const listAsked = (
  db: Reader,
  { after, limit }: { readonly after: string; readonly limit: number },
): readonly HeldDeletion[] =>
  db
    .all<HeldRow>(
      sql`
        select wire_id, seq, sealed, record_id, erases, asked from held_deletion
        where asked = 1 and record_id > ${after} order by record_id limit cast(${limit} as integer)
      `,
    )
    .map(heldOf);

export const countHeld = (db: Reader): number =>
  db.get<{ count: number }>(sql`select count(*) as count from held_deletion`)?.count ?? 0;

export const countAsked = (db: Reader): number =>
  db.get<{ count: number }>(sql`select count(*) as count from held_deletion where asked = 1`)?.count ?? 0;

/** The records that must not be sent before it is decided what becomes of them. */
export const listHeldRecordIds = (db: Reader): readonly RecordId[] =>
  db
    .all<{ record_id: string }>(sql`select record_id from held_deletion`)
    .map(({ record_id }) => RecordId.parse(record_id));

/** Records that a person can see: neither in the Trash nor erased. */
export const countLiving = (db: Reader): number =>
  db.get<{ count: number }>(sql`
    select
      (select count(*) from mood_entry where deleted_at is null)
      + (select count(*) from assessment where deleted_at is null)
      + (select count(*) from activity_group where deleted_at is null)
      + (select count(*) from activity where deleted_at is null)
      + (select count(*) from activity_log where deleted_at is null)
      + (select count(*) from activity_goal where deleted_at is null)
      + (select count(*) from schedule where deleted_at is null)
      + (select count(*) from preference) as count
  `)?.count ?? 0;

interface HeldRow {
  readonly wire_id: string;
  readonly seq: number;
  readonly sealed: Uint8Array;
  readonly record_id: string;
  readonly erases: number;
  readonly asked: number;
}

const heldOf = ({ wire_id, seq, sealed, record_id, erases, asked }: HeldRow): HeldDeletion => ({
  id: WireId.parse(wire_id),
  seq,
  sealed,
  recordId: RecordId.parse(record_id),
  erases: erases === 1,
  asked: asked === 1,
});
