/** The log of activities as rows. */
import { ActivityLog, type ActivityId, type ActivityLogId, type Instant } from '@mhb/core-domain';
import { type Deletable, type Row, rowReader } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import type { Range } from '../date-range.ts';

export const upsertActivityLog = (tx: Transaction, log: ActivityLog, deletedAt: Instant | null): void => {
  tx.run(sql`
    insert into activity_log (id, activity_id, logged_at, time_zone, local_date, wall_time, notes, created_at, deleted_at)
    values (${log.id}, ${log.activity_id}, ${log.logged_at}, ${log.time_zone}, ${log.local_date},
      wall_time(${log.logged_at}, ${log.time_zone}), ${log.notes},
      ${log.created_at}, ${deletedAt})
    on conflict (id) do update set
      activity_id = excluded.activity_id, logged_at = excluded.logged_at, time_zone = excluded.time_zone,
      local_date = excluded.local_date, wall_time = excluded.wall_time, notes = excluded.notes, created_at = excluded.created_at,
      deleted_at = excluded.deleted_at
  `);
};

export const deleteActivityLog = (tx: Transaction, id: ActivityLogId): void => {
  tx.run(sql`delete from activity_log where id = ${id}`);
};

/** Living ones, newest first. */
export const listActivityLogs = (
  db: Reader,
  { from, to, beforeId, limit }: Range,
): readonly Deletable<ActivityLog>[] =>
  db
    .all<Row>(
      sql`
        select id, activity_id, logged_at, time_zone, local_date, notes, created_at, deleted_at
        from activity_log
        where deleted_at is null and logged_at >= ${from} and (logged_at, id) < (${to}, ${beforeId})
        order by logged_at desc, id desc
        limit cast(${limit} as integer)
      `,
    )
    .map(readLog);

/** The same of one activity. */
export const listLogsOfActivity = (
  db: Reader,
  activityId: ActivityId,
  { from, to, beforeId, limit }: Range,
): readonly Deletable<ActivityLog>[] =>
  db
    .all<Row>(
      sql`
        select id, activity_id, logged_at, time_zone, local_date, notes, created_at, deleted_at
        from activity_log
        where deleted_at is null and activity_id = ${activityId}
          and logged_at >= ${from} and (logged_at, id) < (${to}, ${beforeId})
        order by logged_at desc, id desc
        limit cast(${limit} as integer)
      `,
    )
    .map(readLog);

const readLog = rowReader(ActivityLog);
