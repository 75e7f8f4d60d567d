/**
 * Living check-ins in numbers. One question per function; sums are of whole numbers, so that nothing is rounded before
 * the last division.
 *
 * Ratings of another scale than ours can come from elsewhere. A 4 of five is not a 4 of seven, so no sum here has them
 * in it; they are counted apart, and the page can say so.
 */
import { type ActivityId, Instant, LocalDate, MOOD_SCALE, medianOfCounts, MoodEntry } from '@mhb/core-domain';
import type { z } from 'zod';
import { sql, type Reader } from '../database/sql.ts';
import { exactly } from '../entity-answers.ts';
import type { Bounds } from './time-range.ts';
import type { PersonDays } from './person-day.ts';

export interface RatingCount {
  readonly mood_rating: number;
  readonly checkins: number;
  readonly other_scale_checkins: number;
}

/** How often each rating was given. */
export const countRatings = (db: Reader, { from, to }: Bounds): readonly RatingCount[] =>
  db.all<RatingCount>(sql`
    select mood_rating,
      count(*) filter (where mood_scale = ${MOOD_SCALE}) as checkins,
      count(*) filter (where mood_scale <> ${MOOD_SCALE}) as other_scale_checkins
    from mood_entry
    where deleted_at is null and recorded_at >= ${from} and recorded_at <= ${to}
    group by mood_rating
    order by mood_rating
  `);

export interface ActivityRatings {
  readonly activity_id: ActivityId;
  /** Null where the activity was erased or has not arrived here; it is not living then either. */
  readonly name: string | null;
  readonly living: 0 | 1;
  readonly checkins: number;
  readonly rating_sum: number;
}

/** The check-ins with each activity, deleted activities too. One that names an activity twice counts once. */
export const sumRatingsByActivity = (db: Reader, { from, to }: Bounds): readonly ActivityRatings[] =>
  db.all<ActivityRatings>(sql`
    select chosen.activity_id, activity.name,
      activity.id is not null and activity.deleted_at is null as living,
      count(*) as checkins, sum(chosen.mood_rating) as rating_sum
    from (
      select distinct mood_entry.id, mood_entry.mood_rating, mood_entry_activity.activity_id
      from mood_entry
      join mood_entry_activity on mood_entry_activity.mood_entry_id = mood_entry.id
      where mood_entry.deleted_at is null
        and mood_entry.recorded_at >= ${from} and mood_entry.recorded_at <= ${to}
        and mood_entry.mood_scale = ${MOOD_SCALE}
    ) as chosen
    left join activity on activity.id = chosen.activity_id
    group by chosen.activity_id
  `);

export const MoodPoint = exactly(MoodEntry)
  .unwrap()
  .pick({ mood_rating: true, mood_scale: true })
  .extend({ at: Instant, local_date: LocalDate.describe('The person’s day: 2025-03-10.') })
  .readonly();
export type MoodPoint = z.infer<typeof MoodPoint>;

/** The latest of the range, ascending; of every scale, each with its own. */
export const listMoodPoints = (
  db: Reader,
  { from, to, dayStart, limit }: Bounds & Pick<PersonDays, 'dayStart'> & { readonly limit: number },
): readonly MoodPoint[] =>
  db
    .all<MoodPoint>(
      sql`
        select recorded_at as at, mood_rating, mood_scale,
          case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end as local_date
        from mood_entry
        where deleted_at is null and recorded_at >= ${from} and recorded_at <= ${to}
        order by recorded_at desc, id desc
        limit cast(${limit} as integer)
      `,
    )
    .toReversed();

export interface HourRatings {
  /** 0 = Sunday … 6 = Saturday, of the person's day. */
  readonly weekday: number;
  /** 0 to 23, as the clock on the wall said. */
  readonly hour: number;
  readonly other_scale_checkins: number;
  /** Those of our scale, a digit each, in no order. */
  readonly ratings: string;
}

export const listRatingsByHour = (
  db: Reader,
  { from, to, dayStart }: Bounds & Pick<PersonDays, 'dayStart'>,
): readonly HourRatings[] =>
  db.all<HourRatings>(sql`
    select
      cast(strftime('%w', case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end)
        as integer) as weekday,
      cast(substr(wall_time, 1, 2) as integer) as hour,
      count(*) filter (where mood_scale <> ${MOOD_SCALE}) as other_scale_checkins,
      coalesce(group_concat(mood_rating, '') filter (where mood_scale = ${MOOD_SCALE}), '') as ratings
    from mood_entry
    where deleted_at is null and recorded_at >= ${from} and recorded_at <= ${to}
    group by weekday, hour
    order by weekday, hour
  `);

export interface DayRatings {
  readonly day: LocalDate;
  readonly other_scale_checkins: number;
  /** Those of our scale, a digit each, in no order. */
  readonly ratings: string;
}

/** From one of the person's days to another, both inclusive, ascending; days without check-ins are absent. */
export const listRatingsByDay = (
  db: Reader,
  { first, last, dayStart }: Pick<PersonDays, 'dayStart'> & { readonly first: string; readonly last: string },
): readonly DayRatings[] =>
  db.all<DayRatings>(sql`
    select case when wall_time < ${dayStart} then date(local_date, '-1 day') else local_date end as day,
      count(*) filter (where mood_scale <> ${MOOD_SCALE}) as other_scale_checkins,
      coalesce(group_concat(mood_rating, '') filter (where mood_scale = ${MOOD_SCALE}), '') as ratings
    from mood_entry
    -- By the day that is stored, not by the instant: an entry that arrived stands on its day whatever its clock said.
    -- A day of the person lies on its own date or, after midnight, on the next; of the dates there is an index.
    where deleted_at is null and local_date >= ${first} and local_date <= coalesce(date(${last}, '+1 day'), '~')
      and day >= ${first} and day <= ${last}
    group by day
    order by day
  `);

/** How often each rating was given, by rating. */
export type RatingCounts = readonly number[];

export const countsOf = (ratings: string): RatingCounts => {
  const counts = new Array<number>(MOOD_MAX + 1).fill(0);
  for (let at = 0; at < ratings.length; at += 1) {
    const rating = ratings.charCodeAt(at) - DIGIT_0;
    counts[rating] = (counts[rating] ?? 0) + 1;
  }
  return counts;
};

const DIGIT_0 = 48;
const MOOD_MAX = 7;

/** Of all of these together. */
export const numbersOf = (
  several: readonly RatingCounts[],
): { readonly count: number; readonly mean: number | null; readonly median: number | null } => {
  const given: (readonly [number, number])[] = [];
  let total = 0;
  let sum = 0;
  for (let rating = 1; rating <= MOOD_MAX; rating += 1) {
    let count = 0;
    for (const counts of several) count += counts[rating] ?? 0;
    if (count > 0) given.push([rating, count]);
    total += count;
    sum += rating * count;
  }
  return { count: total, mean: total === 0 ? null : sum / total, median: medianOfCounts(given, total) };
};
