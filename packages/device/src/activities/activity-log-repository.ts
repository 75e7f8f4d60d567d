/** The log of activities as rows. */
import {
  type ActivityGroupId,
  type ActivityId,
  ActivityLog,
  type ActivityLogId,
  type DayStart,
  type Instant,
} from '@mhb/core-domain';
import { z } from 'zod';
import { type Deletable, parseRow } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

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

/** Living ones, newest first, of one activity or of all, from `from` to `to`, both inclusive. */
export const listActivityLogs = (
  db: Reader,
  range: {
    readonly activityId: ActivityId | null;
    readonly from: string;
    readonly to: string;
    readonly limit: number;
  },
): readonly Deletable<ActivityLog>[] =>
  db
    .all<Record<string, unknown>>(
      sql`
        select id, activity_id, logged_at, time_zone, local_date, notes, created_at, deleted_at
        from activity_log
        where deleted_at is null and logged_at >= ${range.from} and logged_at <= ${range.to}
          and (${range.activityId} is null or activity_id = ${range.activityId})
        order by logged_at desc, id desc
        limit ${range.limit}
      `,
    )
    .map((row) => parseRow(ActivityLog, row));

/** An activity, or the activities that are in a group today. */
export interface LogTarget {
  readonly activityId: ActivityId | null;
  readonly groupId: ActivityGroupId | null;
}

/** How many of the person's days a range of logs touches, before `middle` and from it on, and how many logs it has. */
export const countLogDays = (
  db: Reader,
  { activityId, groupId }: LogTarget,
  range: {
    readonly from: Instant;
    readonly middle: Instant;
    readonly to: Instant;
    readonly dayStart: DayStart;
  },
): { readonly before: number; readonly after: number; readonly logs: number } =>
  LogDays.parse(
    db.get(sql`
      select count(distinct case when logged_at < ${range.middle} then day end) as before,
        count(distinct case when logged_at >= ${range.middle} then day end) as after,
        count(*) as logs
      from (
        select logged_at,
          case when wall_time < ${range.dayStart} then date(local_date, '-1 day') else local_date end as day
        from activity_log
        where deleted_at is null and logged_at >= ${range.from} and logged_at <= ${range.to}
          and activity_id in (
            select ${activityId} union all
            select id from activity where group_id = ${groupId} and deleted_at is null)
      )
    `),
  );

const LogDays = z.object({ before: z.int(), after: z.int(), logs: z.int() });
