import fc from 'fast-check';
import { expect, test } from 'vitest';
import vectors from '../vectors/goals_trends.json' with { type: 'json' };
import { moodStatistics } from './mood-statistics.ts';

test.each(vectors.cases.filter(({ kind }) => kind === 'mood_stats'))('$id $note', ({ input, expected }) => {
  const { average, ...rest } = moodStatistics(input.ratings ?? []);
  const { average: expectedAverage = 0, ...expectedRest } = expected;
  expect(rest).toMatchObject(expectedRest);
  expect(average).toBeCloseTo(expectedAverage, 5);
});

test('no ratings are no mood, not a mood of 0', () => {
  expect(moodStatistics([])).toEqual({
    min: null,
    max: null,
    average: null,
    median: null,
    mode: null,
    modes: [],
    total: 0,
    distribution: {},
  });
});

test('the median of an even number is the mean of the middle two', () => {
  expect(moodStatistics([7, 1, 2, 5]).median).toBe(3.5);
});

test('the distribution counts every rating once and names none that was not given', () => {
  expect(moodStatistics([5, 3, 5]).distribution).toEqual({ 3: 1, 5: 2 });
});

test('for any ratings, the numbers lie between the lowest and the highest and do not depend on their order', () => {
  const anyRatings = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(anyRatings, (ratings) => {
      const { min, max, average, median, mode, modes, total, distribution } = moodStatistics(ratings);
      for (const value of [average, median, mode]) {
        expect(value).toBeGreaterThanOrEqual(min ?? Number.NaN);
        expect(value).toBeLessThanOrEqual(max ?? Number.NaN);
      }
      expect(modes[0]).toBe(mode);
      expect(Object.values(distribution).reduce((sum, count) => sum + count, 0)).toBe(total);
      expect(moodStatistics(ratings.toReversed())).toEqual(moodStatistics(ratings));
    }),
  );
});
