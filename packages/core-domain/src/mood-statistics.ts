/** Mood ratings of a range in numbers. */

export interface MoodStatistics {
  /** Null, like the others, where there are no ratings: no mood is not a mood of 0. */
  readonly min: number | null;
  readonly max: number | null;
  readonly average: number | null;
  /** The mean of the middle two where there is an even number. */
  readonly median: number | null;
  /** The most frequent rating; the lowest of several. */
  readonly mode: number | null;
  /** All of the most frequent ratings, ascending. */
  readonly modes: readonly number[];
  /** How many ratings there are. */
  readonly total: number;
  /** How often each rating was given, ascending; those that were not are left out. */
  readonly distribution: Readonly<Record<number, number>>;
}

export const moodStatistics = (ratings: readonly number[]): MoodStatistics => {
  const countByRating = new Map<number, number>();
  for (const rating of ratings) countByRating.set(rating, (countByRating.get(rating) ?? 0) + 1);
  return statisticsOfCounts(countByRating);
};

/** The same where somebody has counted already how often each rating was given. */
export const statisticsOfCounts = (countByRating: ReadonlyMap<number, number>): MoodStatistics => {
  const given = [...countByRating].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b);
  const total = given.reduce((sum, [, count]) => sum + count, 0);
  const countMax = Math.max(0, ...given.map(([, count]) => count));
  const modes = given.filter(([, count]) => count === countMax).map(([rating]) => rating);
  const sum = given.reduce((all, [rating, count]) => all + rating * count, 0);
  return {
    min: given[0]?.[0] ?? null,
    max: given.at(-1)?.[0] ?? null,
    average: total === 0 ? null : sum / total,
    median: medianOfCounts(given, total),
    mode: modes[0] ?? null,
    modes,
    total,
    distribution: Object.fromEntries(given),
  };
};

/** The median of `total` ratings of which each was given so often, in ascending order; null where there are none. */
export const medianOfCounts = (
  given: readonly (readonly [number, number])[],
  total: number,
): number | null => {
  const lower = ratingAt(given, Math.ceil(total / 2));
  const upper = ratingAt(given, Math.floor(total / 2) + 1);
  return lower === undefined || upper === undefined ? null : (lower + upper) / 2;
};

/** The rating at a place, counted from 1, where they stand in ascending order. */
const ratingAt = (given: readonly (readonly [number, number])[], place: number): number | undefined => {
  let before = 0;
  for (const [rating, count] of given) {
    before += count;
    if (place <= before) return rating;
  }
  return undefined;
};
