/**
 * Counts days on which something was done. A day is the person's: where days begin at 03:00, what happened before
 * belongs to the day before (`dayOf` in the domain says the same). Of a group, the living activities count.
 */
import type { ActivityFrequency, ActivityPeriods, DayStart, PeriodDays } from '@mhb/core-domain';
import { sql, type Reader } from '../database/sql.ts';

interface Counted {
  readonly activity_id: string | null;
  readonly group_id: string | null;
}

/** Of living logs from `start` to `end`, both inclusive. */
export const countLoggedDays = (
  db: Reader,
  target: Counted,
  { start, end, dayStart }: { readonly start: string; readonly end: string; readonly dayStart: DayStart },
): Pick<ActivityFrequency, 'total_logs' | 'unique_days'> =>
  db.get(sql`
    select
      count(distinct case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end)
        as unique_days,
      count(*) as total_logs
    from activity_log
    where deleted_at is null and logged_at >= ${start} and logged_at <= ${end}
      and activity_id in (
        select ${target.activity_id}
        union all
        select id from activity where group_id = ${target.group_id} and deleted_at is null)
  `) ?? { unique_days: 0, total_logs: 0 };

/** For each target the days of its two periods, in the order given; all of them with one statement. */
export const countPeriodDays = (
  db: Reader,
  targets: readonly (Counted & ActivityPeriods)[],
  dayStart: DayStart,
): readonly PeriodDays[] => {
  const counted = db.all<PeriodDays & { readonly position: number }>(sql`
    with target as (
      select key as position, value ->> 'activity_id' as activity_id, value ->> 'group_id' as group_id,
        value ->> 'previous_start' as previous_start, value ->> 'start' as start, value ->> 'end' as end
      from json_each(${JSON.stringify(targets)})
    ),
    -- A union, so that an activity which is named twice by a goal from elsewhere stands here once.
    member as (
      select position, activity_id from target where activity_id is not null
      union
      select target.position, activity.id
      from target join activity on activity.group_id = target.group_id and activity.deleted_at is null
    ),
    logged as (
      select target.position, log.logged_at >= target.start as is_current,
        case when log.wall_time < ${dayStart} then date(log.local_date, '-1 day') else log.local_date end as day
      from target
      join member on member.position = target.position
      join activity_log as log on log.activity_id = member.activity_id and log.deleted_at is null
        and log.logged_at >= target.previous_start and log.logged_at <= target.end
    )
    select position, count(distinct iif(is_current, day, null)) as current,
      count(distinct iif(is_current, null, day)) as previous
    from logged
    group by position
  `);
  const byPosition = new Map(
    counted.map(({ position, current, previous }) => [position, { current, previous }]),
  );
  return targets.map((_, position) => byPosition.get(position) ?? { current: 0, previous: 0 });
};
