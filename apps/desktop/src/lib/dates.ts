/** Moments and days in the words of the person's own language. Local dates are texts such as 2026-11-17. */
const words = new Map<string, Intl.DateTimeFormat>();

const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = JSON.stringify(options);
  const known = words.get(key) ?? new Intl.DateTimeFormat(undefined, options);
  words.set(key, known);
  return known;
};

/** A local date has no zone: it is read and written in UTC, so that it stays the day it names. */
const dayIn = (localDate: string, options: Intl.DateTimeFormatOptions): string =>
  format({ ...options, timeZone: 'UTC' }).format(new Date(`${localDate}T00:00:00Z`));

const inZone = (instant: string, options: Intl.DateTimeFormatOptions, timeZone?: string): string =>
  format(timeZone === undefined ? options : { ...options, timeZone }).format(new Date(instant));

/** Sun 8 Nov */
export const shortDay = (localDate: string): string =>
  dayIn(localDate, { weekday: 'short', day: 'numeric', month: 'short' });
/** 8 Nov */
export const dayAndMonth = (localDate: string): string =>
  dayIn(localDate, { day: 'numeric', month: 'short' });
/** 8 November 2026 */
export const longDay = (localDate: string): string =>
  dayIn(localDate, { day: 'numeric', month: 'long', year: 'numeric' });
/** Tuesday 17 November */
export const fullDay = (localDate: string): string =>
  dayIn(localDate, { weekday: 'long', day: 'numeric', month: 'long' });
/** November 2026 */
export const monthAndYear = (localDate: string): string =>
  dayIn(localDate, { month: 'long', year: 'numeric' });
/** Nov */
export const shortMonth = (localDate: string): string => dayIn(localDate, { month: 'short' });
/** Monday is 1. */
export const weekdayName = (weekday: number, width: 'long' | 'short' = 'short'): string =>
  dayIn(`2024-01-0${String(weekday)}`, { weekday: width });
/** 09:14, in the zone of the entry where it is given, else in that of this computer. */
export const timeOfDay = (instant: string, timeZone?: string): string =>
  inZone(instant, { hour: '2-digit', minute: '2-digit' }, timeZone);
/** 8 Nov 2026, 09:14 */
export const dayAndTime = (instant: string, timeZone?: string): string =>
  inZone(
    instant,
    { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    timeZone,
  );

/** The date on this computer's calendar; the person's day may begin later (`PersonDay`). */
export const calendarDate = (now: Date): string => {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(now.getFullYear())}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
};

/** The local date so many days later; earlier where they are negative. */
export const addDays = (localDate: string, days: number): string => {
  const date = new Date(`${localDate}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
};

/** A number in the person's notation. */
export const number = (value: number, fractionDigits = 0): string =>
  new Intl.NumberFormat(undefined, {
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
  }).format(value);
