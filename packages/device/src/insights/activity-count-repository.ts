/**
 * Counts days on which something was done. A day is the person's: where days begin at 03:00, what happened before
 * belongs to the day before (`dayOf` in the domain says the same). Of a group, the living activities count.
 */
import type {
  ActivityFrequency,
  ActivityGoal,
  ActivityPeriods,
  DayStart,
  PeriodDays,
} from '@mhb/core-domain';
import { sql, type Reader } from '../database/sql.ts';

interface Counted {
  readonly activity_id: string | null;
  readonly group_id: string | null;
}

interface LoggedDays {
  readonly start: string;
  readonly end: string;
  readonly dayStart: DayStart;
}

type LoggedCount = Pick<ActivityFrequency, 'total_logs' | 'unique_days'>;

/** Of living logs from `start` to `end`, both inclusive; `undefined` where the activity or the group is not here. */
export const countLoggedDays = (db: Reader, target: Counted, days: LoggedDays): LoggedCount | undefined => {
  const row =
    target.group_id === null
      ? countDaysOfActivity(db, target.activity_id, days)
      : countDaysOfGroup(db, target.group_id, days);
  if (row === undefined || row.is_here === null) return undefined;
  return { total_logs: row.total_logs, unique_days: row.unique_days };
};

type CountedRow = LoggedCount & { readonly is_here: 1 | null };

const countDaysOfActivity = (
  db: Reader,
  activityId: string | null,
  { start, end, dayStart }: LoggedDays,
): CountedRow | undefined =>
  db.get(sql`
    select (select 1 from activity where id = ${activityId}) as is_here,
      count(distinct case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end)
        as unique_days,
      count(*) as total_logs
    from activity_log
    where deleted_at is null and activity_id = ${activityId} and logged_at >= ${start} and logged_at <= ${end}
  `);

const countDaysOfGroup = (
  db: Reader,
  groupId: string,
  { start, end, dayStart }: LoggedDays,
): CountedRow | undefined =>
  db.get(sql`
    select (select 1 from activity_group where id = ${groupId}) as is_here,
      count(distinct case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end)
        as unique_days,
      count(*) as total_logs
    from activity_log
    where deleted_at is null and logged_at >= ${start} and logged_at <= ${end}
      and activity_id in (select id from activity where group_id = ${groupId} and deleted_at is null)
  `);

type PeriodTarget = Counted & ActivityPeriods;

/** The days of the two periods of one target. */
export const countPeriodDays = (
  db: Reader,
  { activity_id, group_id, previous_start, start, end }: PeriodTarget,
  dayStart: DayStart,
): PeriodDays =>
  db.get(sql`
    select
      (select count(distinct case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end)
       from activity_log
       where deleted_at is null and logged_at >= ${start} and logged_at <= ${end}
         and activity_id in (
           select ${activity_id}
           union all
           select id from activity where group_id = ${group_id} and deleted_at is null)) as current,
      (select count(distinct case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end)
       from activity_log
       where deleted_at is null and logged_at >= ${previous_start} and logged_at < ${start}
         and activity_id in (
           select ${activity_id}
           union all
           select id from activity where group_id = ${group_id} and deleted_at is null)) as previous
  `) ?? { current: 0, previous: 0 };

/**
 * The days of the two periods of each living goal, by its id; all of them with one statement. `periods` has one for
 * each length that goals have. A goal of so many days has nothing to do with the period before: of that, none is told.
 */
export const countDaysOfGoals = (
  db: Reader,
  periods: readonly (ActivityPeriods & Pick<ActivityGoal, 'period_days'>)[],
  dayStart: DayStart,
): ReadonlyMap<string, PeriodDays> => {
  const counted = db.all<PeriodDays & { readonly id: string }>(sql`
    -- Read once: as text of JSON each of its fields would be looked for again in every row.
    with period as materialized (
      select value ->> 'period_days' as period_days, value ->> 'previous_start' as previous_start,
        value ->> 'start' as start, value ->> 'end' as end
      from json_each(${JSON.stringify(periods)})
    )
    select goal.id,
      (select count(distinct case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end)
       from activity_log
       where deleted_at is null and logged_at >= period.start and logged_at <= period.end
         and activity_id in (
           select goal.activity_id
           union all
           select id from activity where group_id = goal.group_id and deleted_at is null)) as current,
      iif(goal.goal_type = 'days_per_period', 0,
        (select count(distinct case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end)
         from activity_log
         where deleted_at is null and logged_at >= period.previous_start and logged_at < period.start
           and activity_id in (
             select goal.activity_id
             union all
             select id from activity where group_id = goal.group_id and deleted_at is null))) as previous
    from activity_goal as goal
    join period on period.period_days = goal.period_days
    where goal.deleted_at is null
  `);
  return new Map(counted.map(({ id, current, previous }) => [id, { current, previous }]));
};
