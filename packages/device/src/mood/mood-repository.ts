/** Mood check-ins as rows. One job per function; no rules live here. */
import { type Instant, MoodEntry, type MoodEntryId } from '@mhb/core-domain';
import { type Deletable, type Row, rowReader } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import type { Range } from '../date-range.ts';

export const upsertMoodEntry = (tx: Transaction, entry: MoodEntry, deletedAt: Instant | null): void => {
  tx.run(sql`
    insert into mood_entry
      (id, mood_rating, mood_scale, notes, recorded_at, time_zone, local_date, wall_time, created_at, deleted_at)
    values
      (${entry.id}, ${entry.mood_rating}, ${entry.mood_scale}, ${entry.notes}, ${entry.recorded_at},
       ${entry.time_zone}, ${entry.local_date}, wall_time(${entry.recorded_at}, ${entry.time_zone}),
       ${entry.created_at}, ${deletedAt})
    on conflict (id) do update set
      mood_rating = excluded.mood_rating, mood_scale = excluded.mood_scale, notes = excluded.notes,
      recorded_at = excluded.recorded_at, time_zone = excluded.time_zone, local_date = excluded.local_date, wall_time = excluded.wall_time,
      created_at = excluded.created_at, deleted_at = excluded.deleted_at
  `);
  tx.run(sql`delete from mood_entry_activity where mood_entry_id = ${entry.id}`);
  for (const [position, activityId] of entry.activity_ids.entries()) {
    tx.run(sql`
      insert into mood_entry_activity (mood_entry_id, position, activity_id)
      values (${entry.id}, ${position}, ${activityId})
    `);
  }
};

export const deleteMoodEntry = (tx: Transaction, id: MoodEntryId): void => {
  tx.run(sql`delete from mood_entry_activity where mood_entry_id = ${id}`);
  tx.run(sql`delete from mood_entry where id = ${id}`);
};

/** Living ones, newest first. */
export const listMoodEntries = (
  db: Reader,
  { from, to, beforeId, limit }: Range,
): readonly Deletable<MoodEntry>[] =>
  db
    .all<MoodEntryRow>(
      sql`
        select id, mood_rating, mood_scale,
          (select json_group_array(activity_id) from (
            select activity_id from mood_entry_activity where mood_entry_id = mood_entry.id order by position
          )) as activity_ids,
          notes, recorded_at, time_zone, local_date, created_at, deleted_at
        from mood_entry
        where deleted_at is null and recorded_at >= ${from} and (recorded_at, id) < (${to}, ${beforeId})
        order by recorded_at desc, id desc
        limit cast(${limit} as integer)
      `,
    )
    .map((row) => readEntry({ ...row, activity_ids: JSON.parse(row.activity_ids) as unknown }));

const readEntry = rowReader(MoodEntry);

type MoodEntryRow = Row & { readonly activity_ids: string };
