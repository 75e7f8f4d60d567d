/**
 * What a merge discarded on this device, kept so that a person can bring it back (rule M4). It belongs to the record:
 * erasing that takes it along, so an erase leaves nothing of what was entered.
 */
import { type EntityKind, Instant, isEntityKind, RecordId } from '@mhb/core-domain';
import { canonicalJson, type Discarded, type Group } from '@mhb/core-domain/sync';
import { z } from 'zod';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export interface LostValue {
  readonly id: string;
  readonly recordId: RecordId;
  readonly kind: EntityKind;
  readonly groupName: string;
  readonly lost: Group;
  readonly won: Group;
  readonly mergedAt: Instant;
  readonly restoredAt: Instant | null;
}

interface Merge {
  readonly id: RecordId;
  readonly kind: string;
  readonly at: Instant;
}

/** Meeting the same lost value again keeps it once. */
export const keepDiscarded = (tx: Transaction, merge: Merge, discarded: readonly Discarded[]): void => {
  for (const { name, lost, won } of discarded) {
    const id = `${merge.id}.${name}.${lost.stamp}`;
    tx.run(sql`
      insert into merge_ledger (id, record_id, kind, group_name, lost, won, merged_at)
      values (${id}, ${merge.id}, ${merge.kind}, ${name}, ${canonicalJson(lost)}, ${canonicalJson(won)}, ${merge.at})
      on conflict (id) do nothing
    `);
  }
};

export const forgetDiscarded = (tx: Transaction, id: RecordId): void => {
  tx.run(sql`delete from merge_ledger where record_id = ${id}`);
};

/** Those that were not restored. */
export const countMergeLedger = (db: Reader): number =>
  db.get<{ count: number }>(sql`select count(*) as count from merge_ledger where restored_at is null`)
    ?.count ?? 0;

/** The last merged first, `limit` of them after the one named. */
export const listMergeLedger = (
  db: Reader,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): readonly LostValue[] =>
  db
    .all<LedgerRow>(
      sql`
        select id, record_id, kind, group_name, lost, won, merged_at, restored_at from merge_ledger
        where ${before} is null
          or (merged_at, id) < (select merged_at, id from merge_ledger where id = ${before})
        order by merged_at desc, id desc limit cast(${limit} as integer)
      `,
    )
    .map(lostValueOf);

export const findLostValue = (db: Reader, id: string): LostValue | undefined => {
  const row = db.get<LedgerRow>(sql`
    select id, record_id, kind, group_name, lost, won, merged_at, restored_at from merge_ledger where id = ${id}
  `);
  return row === undefined ? undefined : lostValueOf(row);
};

export const markRestored = (tx: Transaction, id: string, at: Instant): void => {
  tx.run(sql`update merge_ledger set restored_at = ${at} where id = ${id}`);
};

const LedgerRow = z.object({
  id: z.string(),
  record_id: RecordId,
  kind: z.custom<EntityKind>((text) => typeof text === 'string' && isEntityKind(text)),
  group_name: z.string(),
  lost: z.string(),
  won: z.string(),
  merged_at: Instant,
  restored_at: Instant.nullable(),
});
type LedgerRow = z.infer<typeof LedgerRow>;

const lostValueOf = (row: LedgerRow): LostValue => {
  const { id, record_id, kind, group_name, lost, won, merged_at, restored_at } = LedgerRow.parse(row);
  return {
    id,
    recordId: record_id,
    kind,
    groupName: group_name,
    // Only keepDiscarded writes here, and only groups.
    lost: JSON.parse(lost) as Group,
    won: JSON.parse(won) as Group,
    mergedAt: merged_at,
    restoredAt: restored_at,
  };
};
