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
  const sorted = ratings.toSorted((a, b) => a - b);
  const countByRating = new Map<number, number>();
  for (const rating of sorted) countByRating.set(rating, (countByRating.get(rating) ?? 0) + 1);
  const countMax = Math.max(0, ...countByRating.values());
  const modes = [...countByRating].filter(([, count]) => count === countMax).map(([rating]) => rating);
  return {
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    average: meanOf(sorted),
    median: meanOf(sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)),
    mode: modes[0] ?? null,
    modes,
    total: sorted.length,
    distribution: Object.fromEntries(countByRating),
  };
};

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
