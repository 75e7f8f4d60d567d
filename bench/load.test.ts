/** The evening of the load test can be had again, and is one: few, many, few. */
import { expect, test } from 'vitest';
import { eveningOf } from './load-day.ts';

const evening = { seed: 7, seconds: 60, peakPerSecond: 100, accounts: 500 };

test('the same seed gives the same evening, another seed another one', () => {
  expect(eveningOf(evening)).toEqual(eveningOf({ ...evening }));
  expect(eveningOf({ ...evening, seed: 8 })).not.toEqual(eveningOf(evening));
});

test('most people come in the middle of the evening, and all accounts have their turn', () => {
  const visits = eveningOf(evening);
  const inThird = (third: number): number =>
    visits.filter(({ atMs }) => Math.floor(atMs / 20_000) === third).length;
  // The mean of the sine's square is a half: (0.15 + 0.85 / 2) of the peak.
  expect(visits.length).toBeGreaterThan(60 * 100 * 0.575 * 0.9);
  expect(visits.length).toBeLessThan(60 * 100 * 0.575 * 1.1);
  expect(inThird(1)).toBeGreaterThan(1.5 * inThird(0));
  expect(inThird(1)).toBeGreaterThan(1.5 * inThird(2));
  expect(new Set(visits.map(({ account }) => account)).size).toBeGreaterThan(490);
});
