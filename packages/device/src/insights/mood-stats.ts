/** Moods of a range in numbers, and the mean with each activity. Nothing entered is an answer too: nulls, not zeros. */
import { ActivityId, MoodRating, ok, type Result, statisticsOfCounts } from '@mhb/core-domain';
import { z } from 'zod';
import { readRange } from '../date-range.ts';
import type { DatabaseDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import type { InvalidInput } from '../parse.ts';
import {
  type ActivityRatings,
  countRatings,
  type RatingCount,
  sumRatingsByActivity,
} from './mood-insight-repository.ts';
import { dateFields } from './time-range.ts';

/** With fewer, the mean of an activity is that of a day or two. The original app's number. */
const CORRELATION_CHECKINS_MIN = 3;

/** Check-ins on another scale than ours, apart from all other numbers. */
export const MEDIAN = 'The middle rating; the mean of the middle two where there is an even number.';

export const OtherScaleCheckins = Count.describe(
  'Check-ins on another scale than 1-7; they are in no other number here.',
);

export const MoodNumbers = z
  .strictObject({
    average_mood: z.number().nullable().describe('Null, like the others, where there are no check-ins.'),
    median: z.number().nullable(),
    mode: MoodRating.nullable().describe('The most frequent rating, the lowest of several.'),
    modes: z.array(MoodRating).readonly(),
    min: MoodRating.nullable(),
    max: MoodRating.nullable(),
    total_checkins: Count,
    mood_distribution: z
      .record(MoodRating, Count)
      .readonly()
      .describe('Rating to number of check-ins; ratings that were not given are left out.'),
    other_scale_checkins: OtherScaleCheckins,
  })
  .readonly();
export type MoodNumbers = z.infer<typeof MoodNumbers>;

export const ActivityMean = z
  .strictObject({
    activity_id: ActivityId,
    name: z.string().nullable().describe('Null where the activity was erased or has not arrived here.'),
    deleted: z.boolean(),
    mean_mood: z.number(),
    checkins: Count,
  })
  .readonly();
export type ActivityMean = z.infer<typeof ActivityMean>;

export const MoodStats = MoodNumbers.unwrap()
  .extend({
    activity_correlations: z
      .array(ActivityMean)
      .readonly()
      .describe('Activities with at least 3 check-ins, deleted ones too; the highest mean first.'),
  })
  .readonly();

export const GetMoodStats = z.strictObject(dateFields);

export const getMoodStats = (
  { database }: DatabaseDep,
  input: z.output<typeof GetMoodStats>,
): Result<z.infer<typeof MoodStats>, InvalidInput> => {
  const range = readRange(input);
  if (!range.ok) return range;
  return ok({
    ...moodNumbers(countRatings(database, range.value)),
    activity_correlations: activityMeans(sumRatingsByActivity(database, range.value), {
      checkinsMin: CORRELATION_CHECKINS_MIN,
    }),
  });
};

export const moodNumbers = (counts: readonly RatingCount[]): MoodNumbers => {
  const { average, total, distribution, ...numbers } = statisticsOfCounts(
    new Map(counts.map(({ mood_rating, checkins }) => [mood_rating, checkins])),
  );
  return {
    average_mood: average,
    ...numbers,
    total_checkins: total,
    mood_distribution: distribution,
    other_scale_checkins: sumOf(counts.map(({ other_scale_checkins }) => other_scale_checkins)),
  };
};

/** The highest mean first; equal ones by name and then id, so that two devices list them alike. */
export const activityMeans = (
  activities: readonly ActivityRatings[],
  { checkinsMin }: { readonly checkinsMin: number },
): readonly ActivityMean[] =>
  activities
    .filter(({ checkins }) => checkins >= checkinsMin)
    .map(({ activity_id, name, living, checkins, rating_sum }) => ({
      activity_id,
      name,
      deleted: living === 0,
      mean_mood: rating_sum / checkins,
      checkins,
    }))
    .toSorted((a, b) => b.mean_mood - a.mean_mood || byName(a, b));

type Named = Pick<ActivityMean, 'activity_id' | 'name'>;

/** By name, those without one last; then by id. */
export const byName = (a: Named, b: Named): number =>
  Number(a.name === null) - Number(b.name === null) ||
  compareTexts(a.name ?? '', b.name ?? '') ||
  compareTexts(a.activity_id, b.activity_id);

const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
