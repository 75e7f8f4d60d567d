/** Days that follow each other by a rule, numbered, so that any of them is worked out and none is counted up to. */
import { Temporal } from 'temporal-polyfill';

export interface CalendarGrid {
  /** Any whole number, also below 0. */
  readonly dateAt: (index: number) => Temporal.PlainDate;
  /** The number of the last day that is not after `date`. */
  readonly lastUntil: (date: Temporal.PlainDate) => number;
}

/** Every so many days, `start` being number 0. */
export const dayGrid = (start: Temporal.PlainDate, stepDays: number): CalendarGrid => ({
  dateAt: (index) => start.add({ days: index * stepDays }),
  lastUntil: (date) => Math.floor(start.until(date, { largestUnit: 'day' }).days / stepDays),
});

/** Every month on this day, or on its last where it is shorter. Numbered by months from the year 0. */
export const monthGrid = (dayOfMonth: number): CalendarGrid => {
  const dateAt = (index: number): Temporal.PlainDate => {
    const year = Math.floor(index / 12);
    return Temporal.PlainDate.from(
      { year, month: index - year * 12 + 1, day: dayOfMonth },
      { overflow: 'constrain' },
    );
  };
  return {
    dateAt,
    lastUntil: (date) => {
      const index = date.year * 12 + date.month - 1;
      return Temporal.PlainDate.compare(dateAt(index), date) <= 0 ? index : index - 1;
    },
  };
};
