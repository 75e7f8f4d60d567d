import { expect, test } from 'vitest';
import { fourWeekRows, monthRows, type YearRows } from './year-rows.ts';

const daysOf = ({ rows }: YearRows) => rows.flatMap(({ days }) => days.filter((day) => day !== undefined));

test.each([
  [2024, 366],
  [2026, 365],
])('%i has each of its days once, in both shapes', (year, length) => {
  for (const days of [daysOf(monthRows(year)), daysOf(fourWeekRows(year))]) {
    expect(new Set(days).size).toBe(length);
    expect(days).toHaveLength(length);
    expect([days[0], days.at(-1)]).toEqual([`${String(year)}-01-01`, `${String(year)}-12-31`]);
  }
});

test('a row of four weeks begins on the first day of a week', () => {
  const { rows } = fourWeekRows(2026);
  expect(rows[0]?.days.slice(0, 4)).toEqual([undefined, undefined, undefined, '2026-01-01']);
  expect(rows[1]?.days[0]).toBe('2026-01-26');
  expect(fourWeekRows(2026, 7).rows[1]?.days[0]).toBe('2026-01-25');
});
