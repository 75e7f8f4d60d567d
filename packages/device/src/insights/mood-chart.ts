/** What a chart of moods is drawn from: every check-in of a range as a point, and the range in numbers. */
import { ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { LIST_MAX } from '../date-range.ts';
import type { ClockDep, DatabaseDep } from '../deps.ts';
import type { InvalidInput } from '../parse.ts';
import { countRatings, listMoodPoints, MoodPoint, sumRatingsByActivity } from './mood-insight-repository.ts';
import { ActivityMean, activityMeans, MoodNumbers, moodNumbers } from './mood-stats.ts';
import { readTimeRange, timeRangeFields } from './time-range.ts';
import { readPersonDays } from './person-day.ts';

/** A line needs two ends. */
const POINTS_MIN = 2;
const BREAKDOWN_CHECKINS_MIN = 2;

export const GetMoodChartData = z.strictObject({
  ...timeRangeFields,
  group_by_activity: z.boolean().nullish().describe('Whether the mean with each activity is answered too.'),
});

const LivingActivityMean = ActivityMean.unwrap().omit({ deleted: true }).readonly();

export const MoodChart = z
  .strictObject({
    points: z
      .array(MoodPoint)
      .readonly()
      .describe(
        'Oldest first; the latest 100,000 of the range. One of another scale says so and is not to be joined to the rest.',
      ),
    statistics: MoodNumbers.unwrap()
      .extend({
        checkins_per_day: z
          .number()
          .min(0)
          .describe(
            'Over whole times 24 hours, at least one; 0 where the range has an open end and so no length.',
          ),
      })
      .readonly(),
    has_enough: z
      .boolean()
      .describe('False with fewer than 2 points on the scale 1-7: too few to draw a line.'),
    activity_breakdown: z
      .array(LivingActivityMean)
      .readonly()
      .nullable()
      .describe(
        'Living activities with at least 2 check-ins, the highest mean first; null where it was not asked for.',
      ),
  })
  .readonly();

export const getMoodChartData = (
  deps: ClockDep & DatabaseDep,
  { group_by_activity, ...input }: z.output<typeof GetMoodChartData>,
): Result<z.infer<typeof MoodChart>, InvalidInput> => {
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
): readonly z.infer<typeof LivingActivityMean>[] =>
  activityMeans(
    sumRatingsByActivity(database, bounds).filter(({ living }) => living === 1),
    { checkinsMin: BREAKDOWN_CHECKINS_MIN },
  ).map(({ activity_id, name, mean_mood, checkins }) => ({ activity_id, name, mean_mood, checkins }));
