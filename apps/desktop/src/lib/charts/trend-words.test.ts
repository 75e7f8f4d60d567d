import { expect, test } from 'vitest';
import { trendSentence } from './trend-words.ts';

test('days are counted against as many days before', () => {
  const said = (current_period_days: number, change_days: number) =>
    trendSentence({ current_period_days, change_days }, 30);
  expect(said(6, 2)).toBe('On 6 of the last 30 days, 2 days more than in the 30 days before.');
  expect(said(6, -1)).toBe('On 6 of the last 30 days, 1 day fewer than in the 30 days before.');
  expect(said(0, 0)).toBe('On 0 of the last 30 days, the same as in the 30 days before.');
});
