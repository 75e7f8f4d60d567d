/** Activity groups as rows. */
import { ActivityGroup, type ActivityGroupId, type Instant } from '@mhb/core-domain';
import { type Deletable, type Row, rowReader } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export const upsertActivityGroup = (
  tx: Transaction,
  group: ActivityGroup,
  deletedAt: Instant | null,
): void => {
  tx.run(sql`
    insert into activity_group (id, name, description, created_at, deleted_at)
    values (${group.id}, ${group.name}, ${group.description}, ${group.created_at}, ${deletedAt})
    on conflict (id) do update set
      name = excluded.name, description = excluded.description, created_at = excluded.created_at,
      deleted_at = excluded.deleted_at
  `);
};

export const deleteActivityGroup = (tx: Transaction, id: ActivityGroupId): void => {
  tx.run(sql`delete from activity_group where id = ${id}`);
};

/** By name; deleted ones too where asked. */
export const listActivityGroups = (
  db: Reader,
  { includeDeleted }: { readonly includeDeleted: boolean },
): readonly Deletable<ActivityGroup>[] =>
  db
    .all<Row>(
      sql`
        select id, name, description, created_at, deleted_at
        from activity_group
        where deleted_at is null or ${includeDeleted ? 1 : 0}
        order by name, id
      `,
    )
    .map(readGroup);

const readGroup = rowReader(ActivityGroup);
