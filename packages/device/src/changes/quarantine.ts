/**
 * Records that arrived and can't be used: they did not open, or a newer app wrote them. They are kept as received
 * and tried again after a key or the app has changed; one bad record never stops sync (rule O5).
 */
import { WireId } from '@mhb/core-domain/wire';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export interface QuarantinedRecord {
  readonly id: WireId;
  readonly seq: number;
  readonly sealed: Uint8Array;
}

export const quarantine = (tx: Transaction, { id, seq, sealed }: QuarantinedRecord, reason: string): void => {
  tx.run(sql`
    insert into quarantine (wire_id, seq, sealed, reason) values (${id}, ${seq}, ${sealed}, ${reason})
    on conflict (wire_id) do update set seq = excluded.seq, sealed = excluded.sealed, reason = excluded.reason
  `);
};

/** A version of the record that can be used has arrived. */
export const releaseFromQuarantine = (tx: Transaction, id: WireId): void => {
  tx.run(sql`delete from quarantine where wire_id = ${id}`);
};

/** The same record, sealed anew under another seq (rule E7). False where it is not here in that version. */
export const replaceInQuarantine = (
  tx: Transaction,
  { id, seq, sealed }: QuarantinedRecord,
  seqBefore: number,
): boolean =>
  tx.run(sql`
    update quarantine set seq = ${seq}, sealed = ${sealed} where wire_id = ${id} and seq = ${seqBefore}
  `) === 1;

export const listQuarantine = (db: Reader): readonly QuarantinedRecord[] =>
  db
    .all<{ wire_id: string; seq: number; sealed: Uint8Array }>(
      sql`select wire_id, seq, sealed from quarantine order by seq`,
    )
    .map(({ wire_id, seq, sealed }) => ({ id: WireId.parse(wire_id), seq, sealed }));

export const listQuarantinedIds = (db: Reader): readonly WireId[] =>
  db
    .all<{ wire_id: string }>(sql`select wire_id from quarantine`)
    .map(({ wire_id }) => WireId.parse(wire_id));

export const countQuarantine = (db: Reader): number =>
  db.get<{ count: number }>(sql`select count(*) as count from quarantine`)?.count ?? 0;
