import { expect, test } from 'vitest';
import { gapsOf, runsOf } from './gaps.ts';

const days = (...at: readonly number[]) => at.map((day) => ({ at: new Date(day * 86_400_000), day }));

test('a line breaks where the gap is more than twice the usual one and more than 28 days', () => {
  expect(runsOf(days(0, 7, 14, 40, 70)).map((run) => run.map(({ day }) => day))).toEqual([
    [0, 7, 14, 40],
    [70],
  ]);
  expect(runsOf(days(0, 30, 60, 115)).map((run) => run.length)).toEqual([4]);
  expect(runsOf(days())).toEqual([]);
});

test('a gap is named by its length in weeks, and a long one in months', () => {
  const named = gapsOf(days(0, 7, 14, 56, 63, 263)).map(({ before, after, length }) => [
    before.day,
    after.day,
    length,
  ]);
  expect(named).toEqual([
    [14, 56, '6 weeks'],
    [63, 263, '7 months'],
  ]);
  expect(gapsOf(days(0, 7, 14))).toEqual([]);
});
