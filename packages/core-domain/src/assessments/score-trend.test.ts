import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/goals_trends.json' with { type: 'json' };
import { scoreChange, scoreTrend } from './score-trend.ts';

const cases = vectors.cases.filter(({ kind }) => kind === 'score_trend');

test.each(cases)('$id $note', ({ input, expected }) => {
  const { average, ...rest } = scoreTrend(input.scores ?? []);
  expect({ ...rest, average }).toEqual({
    ...expected,
    average: expect.closeTo(expected.average ?? 0, 6) as number,
  });
});

test('there is no trend in no score or one', () => {
  expect(scoreTrend([])).toEqual({ trend: 'stable', min: null, max: null, average: null, total: 0 });
  expect(scoreTrend([12])).toEqual({ trend: 'stable', min: 12, max: 12, average: 12, total: 1 });
});

test('exactly 20 % is stable from every score', () => {
  for (let first = 5; first <= 60; first += 5) {
    expect(scoreTrend([first, first * 0.8]).trend).toBe('stable');
    expect(scoreTrend([first, first * 1.2]).trend).toBe('stable');
    expect(scoreTrend([first, first * 0.8 - 1]).trend).toBe('improving');
    expect(scoreTrend([first, first * 1.2 + 1]).trend).toBe('worsening');
  }
});

describe('by the yardstick of the instrument', () => {
  test.each([
    { instrument: 'PHQ9', first: 12, last: 8, trend: 'stable', needed: 5 },
    { instrument: 'PHQ9', first: 12, last: 7, trend: 'improving', needed: 5 },
    { instrument: 'PHQ9', first: 0, last: 5, trend: 'worsening', needed: 5 },
    { instrument: 'PHQ9', first: 1, last: 2, trend: 'stable', needed: 5 },
    { instrument: 'GAD7', first: 10, last: 7, trend: 'stable', needed: 4 },
    { instrument: 'GAD7', first: 10, last: 14, trend: 'worsening', needed: 4 },
    { instrument: 'OASIS', first: 10, last: 6, trend: 'stable', needed: 5 },
    { instrument: 'OASIS', first: 10, last: 5, trend: 'improving', needed: 5 },
    { instrument: 'CESD', first: 5, last: 7, trend: 'stable', needed: 3 },
    { instrument: 'CESD', first: 5, last: 8, trend: 'worsening', needed: 3 },
    { instrument: 'CESD', first: 0, last: 3, trend: 'worsening', needed: 3 },
    { instrument: 'CESD', first: 40, last: 33, trend: 'stable', needed: 8 },
    { instrument: 'CESD', first: 40, last: 32, trend: 'improving', needed: 8 },
    { instrument: 'CESD', first: 41, last: 33, trend: 'stable', needed: 9 },
  ] as const)('$instrument from $first to $last is $trend', ({ instrument, first, last, trend, needed }) => {
    expect(scoreChange(instrument, first, last)).toEqual({
      trend,
      change: last - first,
      points_needed: needed,
    });
  });
});
