import { expect, test } from 'vitest';
import { daysByWeek, weekOf } from './weeks.ts';

test('a week begins on Monday, or where the person says', () => {
  expect(weekOf('2026-11-29')).toBe('2026-11-23');
  expect(weekOf('2026-11-29', 7)).toBe('2026-11-29');
});

test('a day counts once, and weeks without an entry are there', () => {
  expect(daysByWeek(['2026-11-02', '2026-11-02', '2026-11-04', '2026-11-17'])).toEqual([
    { week: '2026-11-02', days: 2 },
    { week: '2026-11-09', days: 0 },
    { week: '2026-11-16', days: 1 },
  ]);
});

test('the weeks of a range are there from its first day to its last', () => {
  const weeks = daysByWeek(['2026-11-11'], { from: '2026-11-02', to: '2026-11-22' });
  expect(weeks.map(({ days }) => days)).toEqual([0, 1, 0]);
  expect(daysByWeek([], { from: '2026-11-02' })).toEqual([]);
  expect(daysByWeek(['2026-11-08'], { weekStart: 7 })).toEqual([{ week: '2026-11-08', days: 1 }]);
});
