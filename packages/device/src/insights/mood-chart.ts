/** What a chart of moods is drawn from: every check-in of a range as a point, and the range in numbers. */
import { ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { LIST_MAX } from '../date-range.ts';
import type { ClockDep, DatabaseDep } from '../deps.ts';
import type { InvalidInput } from '../parse.ts';
import {
  countRatings,
  listMoodPoints,
  type MoodPoint,
  sumRatingsByActivity,
} from './mood-insight-repository.ts';
import { type ActivityMean, activityMeans, type MoodNumbers, moodNumbers } from './mood-stats.ts';
import { readTimeRange, timeRangeFields } from './time-range.ts';
import { readPersonDays } from './person-day.ts';

/** A line needs two ends. */
const POINTS_MIN = 2;
const BREAKDOWN_CHECKINS_MIN = 2;

export const GetMoodChartData = z.strictObject({
  ...timeRangeFields,
  group_by_activity: z.boolean().nullish(),
});

export interface MoodChart {
  /** Ascending; the latest 100,000 of the range. One of another scale says so and is not to be joined to the rest. */
  readonly points: readonly MoodPoint[];
  readonly statistics: MoodNumbers & {
    /** Over whole times 24 hours, at least one; 0 where the range has an open end and so no length. */
    readonly checkins_per_day: number;
  };
  /** False with fewer than 2 points on the scale 1-7: the page shows the way to the form instead of a chart. */
  readonly has_enough: boolean;
  /** Living activities with at least 2 check-ins, the highest mean first; null where it was not asked for. */
  readonly activity_breakdown: readonly Omit<ActivityMean, 'deleted'>[] | null;
}

export const getMoodChartData = (
  deps: ClockDep & DatabaseDep,
  { group_by_activity, ...input }: z.output<typeof GetMoodChartData>,
): Result<MoodChart, InvalidInput> => {
  const range = readTimeRange(deps, input);
  if (!range.ok) return range;
  const { wholeDays, ...bounds } = range.value;
  const { dayStart } = readPersonDays(deps);
  const points = listMoodPoints(deps.database, { ...bounds, dayStart, limit: LIST_MAX });
  const numbers = moodNumbers(countRatings(deps.database, bounds));
  return ok({
    points,
    statistics: {
      ...numbers,
      checkins_per_day: wholeDays === null ? 0 : numbers.total_checkins / Math.max(1, wholeDays),
    },
    has_enough: numbers.total_checkins >= POINTS_MIN,
    activity_breakdown: group_by_activity === true ? breakdown(deps, bounds) : null,
  });
};

const breakdown = (
  { database }: DatabaseDep,
  bounds: Parameters<typeof sumRatingsByActivity>[1],
): readonly Omit<ActivityMean, 'deleted'>[] =>
  activityMeans(
    sumRatingsByActivity(database, bounds).filter(({ living }) => living === 1),
    { checkinsMin: BREAKDOWN_CHECKINS_MIN },
  ).map(({ activity_id, name, mean_mood, checkins }) => ({ activity_id, name, mean_mood, checkins }));
