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
