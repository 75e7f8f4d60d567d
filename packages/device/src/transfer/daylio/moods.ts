/**
 * From Daylio's five moods, or a person's own names for them, to our scale of seven.
 *
 * [Note: Five moods on seven steps] The ends and the middle meet: awful 1, meh 4, rad 7. Half way between lies 2.5
 * for "bad" and 5.5 for "good", as near to one step as to the next; the word decides, since 3 is called "Bad" and 5
 * is called "Good" here. A person who sees it otherwise gives their own ratings.
 */
import { MoodRating, sameNameKey } from '@mhb/core-domain';
import { z } from 'zod';
import type { DaylioEntry } from './daylio-file.ts';

const defaults = { rad: 7, good: 5, meh: 4, bad: 3, awful: 1 } as const;

/** A list and not a map, so that a refusal names a position and never a mood. */
export const MoodMapping = z
  .array(
    z.strictObject({
      mood: z
        .string()
        .min(1)
        .max(200)
        .describe('The name as it stands in the file; case makes no difference.'),
      mood_rating: MoodRating,
    }),
  )
  .max(200);

export const CountedMood = z
  .strictObject({
    /** For the person to see; it must not get into a log. */
    mood: z.string().describe('As it stands in the file.'),
    mood_rating: MoodRating.nullable().describe('Null where nobody has said yet what it means.'),
    count: z.int().min(1),
  })
  .readonly();
export type CountedMood = z.infer<typeof CountedMood>;

export type RatingOf = (mood: string) => number | undefined;

/** Case and Unicode form make no difference; what a person gives comes before the defaults. */
export const ratingBy = (mapping: z.output<typeof MoodMapping>): RatingOf => {
  const ratings = new Map<string, number>(Object.entries(defaults));
  for (const { mood, mood_rating } of mapping) ratings.set(sameNameKey(mood), mood_rating);
  return (mood) => ratings.get(sameNameKey(mood));
};

/** The most frequent first. */
export const countMoods = (entries: readonly DaylioEntry[], ratingOf: RatingOf): readonly CountedMood[] => {
  const counted = new Map<string, CountedMood>();
  for (const { mood } of entries) {
    const key = sameNameKey(mood);
    const before = counted.get(key) ?? { mood, mood_rating: ratingOf(mood) ?? null, count: 0 };
    counted.set(key, { ...before, count: before.count + 1 });
  }
  return [...counted.values()].toSorted((a, b) => b.count - a.count);
};
