/** What was done in a week and how it felt, counted by the person's days. */
import { ActivityGroupId, ActivityId, type DayStart, MOOD_SCALE } from '@mhb/core-domain';
import { z } from 'zod';
import { sql, type Reader } from '../database/sql.ts';
import { Count } from '../entity-answers.ts';

/**
 * The person's days from `start` to `end`, both inclusive. A day lies on its own date or, after midnight, on the next,
 * so the stored dates are asked first: there is an index of them.
 */
export interface DayRange {
  readonly start: string;
  readonly end: string;
  readonly dayStart: DayStart;
}

export const ActivityInReport = z
  .strictObject({
    activity_id: ActivityId,
    name: z.string().nullable().describe('Also of one in the Trash; null where it is not here.'),
    logs: Count.describe('How often it was logged.'),
  })
  .readonly();
type ActivityInReport = z.infer<typeof ActivityInReport>;

/** Every activity with living logs, the most logged first, then by name. */
export const countLogsByActivity = (
  db: Reader,
  { start, end, dayStart }: DayRange,
): readonly ActivityInReport[] =>
  db.all(sql`
    select log.activity_id, activity.name, count(*) as logs
    from activity_log as log
    left join activity on activity.id = log.activity_id
    where log.deleted_at is null and log.local_date between ${start} and date(${end}, '+1 day')
      and case when log.wall_time < ${dayStart} then date(log.local_date, '-1 day') else log.local_date end
        between ${start} and ${end}
    group by log.activity_id
    order by logs desc, activity.name is null, activity.name, log.activity_id
  `);

export const GroupInReport = z
  .strictObject({
    group_id: ActivityGroupId,
    name: z.string(),
    activities_logged: Count.describe('How many of its activities were logged.'),
    logs: Count,
    days_active: Count.describe('On how many days any of them was logged.'),
  })
  .readonly();
type GroupInReport = z.infer<typeof GroupInReport>;

/** Every living group with what its living activities were logged, by name. */
export const countLogsByGroup = (db: Reader, { start, end, dayStart }: DayRange): readonly GroupInReport[] =>
  db.all(sql`
    -- Read once, along the index of days; joined as it stands, it would be looked for again for every activity.
    with logged as materialized (
      select log.activity_id, activity.group_id,
        case when log.wall_time < ${dayStart} then date(log.local_date, '-1 day') else log.local_date end as day
      from activity_log as log
      join activity on activity.id = log.activity_id and activity.deleted_at is null
      where log.deleted_at is null and log.local_date between ${start} and date(${end}, '+1 day')
    )
    select activity_group.id as group_id, activity_group.name,
      count(distinct logged.activity_id) as activities_logged, count(logged.activity_id) as logs,
      count(distinct logged.day) as days_active
    from activity_group
    left join logged on logged.group_id = activity_group.id and logged.day between ${start} and ${end}
    where activity_group.deleted_at is null
    group by activity_group.id
    order by activity_group.name, activity_group.id
  `);

export const MoodInReport = z
  .strictObject({
    average_mood: z.number().nullable().describe('From 1 to 7; null where there is no check-in.'),
    mood_count: Count,
  })
  .readonly();
type MoodInReport = z.infer<typeof MoodInReport>;

/** Of living check-ins on the scale of today; ratings on another one can't be averaged with them. */
export const averageMood = (db: Reader, { start, end, dayStart }: DayRange): MoodInReport =>
  db.get(sql`
    select avg(mood_rating) as average_mood, count(*) as mood_count
    from mood_entry
    where deleted_at is null and mood_scale = ${MOOD_SCALE}
      and local_date between ${start} and date(${end}, '+1 day')
      and case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end
        between ${start} and ${end}
  `) ?? { average_mood: null, mood_count: 0 };
