/**
 * Entries with an activity beside entries without it. It says what stood together, never what brought about what;
 * an activity with too few entries on either side is counted and not shown.
 */
import { ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import type { ClockDep, DatabaseDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import type { InvalidInput } from '../parse.ts';
import { countRatings, sumRatingsByActivity } from './mood-insight-repository.ts';
import { ActivityMean, byName, moodNumbers, OtherScaleCheckins, sumOf } from './mood-stats.ts';
import { readTimeRange, timeRangeFields } from './time-range.ts';

/** On either side; fewer entries make differences that are chance. */
const ENTRIES_MIN = 5;

const MoodAssociation = ActivityMean.unwrap()
  .pick({ activity_id: true, name: true, deleted: true })
  .extend({
    mean_with: z.number(),
    mean_without: z.number(),
    difference: z.number().describe('Mean with less mean without.'),
    count_with: Count,
    count_without: Count,
  })
  .readonly();
type MoodAssociation = z.infer<typeof MoodAssociation>;

export const MoodAssociations = z
  .strictObject({
    associations: z
      .array(MoodAssociation)
      .readonly()
      .describe('The greatest difference first, deleted activities too.'),
    hidden: Count.describe('How many activities of the range have too few entries with or without them.'),
    other_scale_checkins: OtherScaleCheckins,
  })
  .readonly();

export const GetMoodAssociations = z.strictObject(timeRangeFields);

export const getMoodAssociations = (
  deps: ClockDep & DatabaseDep,
  input: z.output<typeof GetMoodAssociations>,
): Result<z.infer<typeof MoodAssociations>, InvalidInput> => {
  const range = readTimeRange(deps, input);
  if (!range.ok) return range;
  const counts = countRatings(deps.database, range.value);
  const entries = sumOf(counts.map(({ checkins }) => checkins));
  const ratingSum = sumOf(counts.map(({ mood_rating, checkins }) => mood_rating * checkins));
  const activities = sumRatingsByActivity(deps.database, range.value);
  const shown = activities.filter(
    ({ checkins }) => checkins >= ENTRIES_MIN && entries - checkins >= ENTRIES_MIN,
  );
  return ok({
    associations: shown
      .map(({ activity_id, name, living, checkins, rating_sum }) => ({
        activity_id,
        name,
        deleted: living === 0,
        ...withAndWithout({
          count_with: checkins,
          sum_with: rating_sum,
          count_without: entries - checkins,
          sum_without: ratingSum - rating_sum,
        }),
      }))
      .toSorted((a, b) => b.difference - a.difference || byName(a, b)),
    hidden: activities.length - shown.length,
    other_scale_checkins: moodNumbers(counts).other_scale_checkins,
  });
};

const withAndWithout = (sides: {
  readonly count_with: number;
  readonly sum_with: number;
  readonly count_without: number;
  readonly sum_without: number;
}): Pick<MoodAssociation, 'mean_with' | 'mean_without' | 'difference' | 'count_with' | 'count_without'> => {
  const { count_with, sum_with, count_without, sum_without } = sides;
  return {
    mean_with: sum_with / count_with,
    mean_without: sum_without / count_without,
    // One division of whole numbers: equal differences are equal to the last bit, and so are ties.
    difference: (sum_with * count_without - sum_without * count_with) / (count_with * count_without),
    count_with,
    count_without,
  };
};
