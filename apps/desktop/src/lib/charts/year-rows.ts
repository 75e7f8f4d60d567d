/** The days of a year in rows: its months, or where it is narrow four weeks a row. */
import { addDays, dayAndMonth, shortMonth, weekdayName } from '../dates.ts';
import { weekOf } from './weeks.ts';

export interface YearRows {
  readonly heads: readonly string[];
  /** A place without a day of the year is undefined. */
  readonly rows: readonly { readonly name: string; readonly days: readonly (string | undefined)[] }[];
}

const DAYS_IN_ROW = 28;
const places = (length: number): readonly number[] => Array.from({ length }, (_, at) => at);

export const monthRows = (year: number): YearRows => ({
  heads: places(31).map((at) => (at === 0 || (at + 1) % 5 === 0 ? String(at + 1) : '')),
  rows: places(12).map((month) => {
    const first = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
    const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    const days = places(31).map((day) => (day < length ? addDays(first, day) : undefined));
    return { name: shortMonth(first), days };
  }),
});

export const fourWeekRows = (year: number, weekStart = 1): YearRows => {
  const [first, last] = [`${String(year)}-01-01`, `${String(year)}-12-31`];
  const rows: { readonly name: string; readonly days: readonly (string | undefined)[] }[] = [];
  for (let start = weekOf(first, weekStart); start <= last; start = addDays(start, DAYS_IN_ROW)) {
    const days = places(DAYS_IN_ROW).map((day) => addDays(start, day));
    rows.push({
      name: dayAndMonth(days.find((day) => day >= first) ?? start),
      days: days.map((day) => (day >= first && day <= last ? day : undefined)),
    });
  }
  return { heads: places(DAYS_IN_ROW).map((at) => (at % 7 === 0 ? weekdayName(weekStart) : '')), rows };
};
