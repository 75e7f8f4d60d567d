/**
 * The records that the service does not hold as they are here. An entry is written in the transaction of its
 * change (rule O1) and leaves only when that very change is known to be on the service (rules O2, O4).
 */
import type { RecordId } from '@mhb/core-domain';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export interface OutboxEntry {
  readonly record_id: RecordId;
  /** Which change of the record this is; a later one has a greater number. */
  readonly change: number;
}

/** An entry that is there already is replaced by one with a new number. */
export const enqueue = (tx: Transaction, recordId: RecordId): void => {
  tx.run(sql`insert or replace into outbox (record_id) values (${recordId})`);
};

/** The service holds this change. Answers whether that is all: an edit made since then stays in the outbox. */
export const acknowledge = (tx: Transaction, { record_id, change }: OutboxEntry): boolean =>
  tx.run(sql`delete from outbox where record_id = ${record_id} and change = ${change}`) > 0;

/** What is held here equals what the service holds, whatever was in the outbox for it (rule O4). */
export const dequeue = (tx: Transaction, recordId: RecordId): void => {
  tx.run(sql`delete from outbox where record_id = ${recordId}`);
};

/** Everything the service never had and that is not waiting already: used when its history turned out to be another one (rule D6). */
export const enqueueWithoutBase = (tx: Transaction): void => {
  const records = tx.all<{ id: RecordId }>(
    sql`select id from record where base = 0 and id not in (select record_id from outbox)`,
  );
  for (const { id } of records) enqueue(tx, id);
};

/** All that waits, in order of its changes; or what has begun to wait since a change. */
export const listWaiting = (db: Reader, since = 0): readonly RecordId[] =>
  db
    .all<{ record_id: RecordId }>(sql`select record_id from outbox where change > ${since} order by change`)
    .map((row) => row.record_id);

/** The latest change that waits; 0 for none. */
export const lastChange = (db: Reader): number =>
  db.get<{ change: number | null }>(sql`select max(change) as change from outbox`)?.change ?? 0;

/** Oldest change first. */
export const listOutbox = (db: Reader, limit: number): readonly OutboxEntry[] =>
  db.all<OutboxEntry>(sql`select record_id, change from outbox order by change limit ${limit}`);

export const countOutbox = (db: Reader): number =>
  db.get<{ count: number }>(sql`select count(*) as count from outbox`)?.count ?? 0;
