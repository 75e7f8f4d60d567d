/** Activities as rows. */
import { Activity, type ActivityId, type Instant, MoodEntryId } from '@mhb/core-domain';
import { type Deletable, type Row, rowReader } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export const upsertActivity = (tx: Transaction, activity: Activity, deletedAt: Instant | null): void => {
  tx.run(sql`
    insert into activity (id, group_id, name, color, icon, created_at, deleted_at)
    values (${activity.id}, ${activity.group_id}, ${activity.name}, ${activity.color}, ${activity.icon},
      ${activity.created_at}, ${deletedAt})
    on conflict (id) do update set
      group_id = excluded.group_id, name = excluded.name, color = excluded.color, icon = excluded.icon,
      created_at = excluded.created_at, deleted_at = excluded.deleted_at
  `);
};

export const deleteActivity = (tx: Transaction, id: ActivityId): void => {
  tx.run(sql`delete from activity where id = ${id}`);
};

/** By name; deleted ones too where asked. */
export const listActivities = (
  db: Reader,
  { includeDeleted }: { readonly includeDeleted: boolean },
): readonly Deletable<Activity>[] =>
  db
    .all<Row>(
      sql`
        select id, group_id, name, color, icon, created_at, deleted_at
        from activity
        where deleted_at is null or ${includeDeleted ? 1 : 0}
        order by name, id
      `,
    )
    .map(readActivity);

const readActivity = rowReader(Activity);

/** The check-ins in which it was chosen, living or deleted. */
export const listCheckInsNaming = (db: Reader, id: ActivityId): readonly MoodEntryId[] =>
  db
    .all<{ mood_entry_id: string }>(
      sql`select mood_entry_id from mood_entry_activity where activity_id = ${id} order by mood_entry_id`,
    )
    .map((row) => MoodEntryId.parse(row.mood_entry_id));
