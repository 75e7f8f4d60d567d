/** Which day something belongs to: the calendar day it was entered on, or the one before for those who stay up late. */
import { Temporal } from 'temporal-polyfill';
import type { DayStart } from './preferences.ts';
import { type Instant, instantOf, LocalDate, type Moment, msOf, type TimeZone, wallTimeOf } from './time.ts';

/**
 * The person's day of a moment. The day that was stored with the entry stands, whatever zone the person is in
 * today; where days begin at 03:00, what happened before 03:00 by the clock on the wall belongs to the day before.
 */
export const dayOf = ({ at, time_zone, local_date }: Moment, dayStart: DayStart = '00:00'): LocalDate => {
  if (dayStart === '00:00') return local_date;
  if (wallTimeOf(at, time_zone) >= dayStart) return local_date;
  return LocalDate.parse(Temporal.PlainDate.from(local_date).subtract({ days: 1 }).toString());
};

/** When the day after this one begins for somebody in the zone. */
export const nextDayBegins = (
  day: LocalDate,
  { zone, dayStart = '00:00' }: { readonly zone: TimeZone; readonly dayStart?: DayStart },
): Instant =>
  instantOf(
    Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime({ timeZone: zone, plainTime: dayStart })
      .epochMilliseconds,
  );

/** The last instant of the person's day in a zone. */
export const endOfDay = (day: LocalDate, zone: TimeZone, dayStart: DayStart = '00:00'): Instant =>
  instantOf(msOf(nextDayBegins(day, { zone, dayStart })) - 1);

export interface Week {
  readonly start: LocalDate;
  /** The seventh day. */
  readonly end: LocalDate;
}

/** The week of a day; `weekStart` is its first day, 0 = Sunday … 6 = Saturday. The day is in the years 1 to 9998. */
export const weekOf = (day: LocalDate, weekStart: number): Week => {
  // A day without a zone is a day of UTC, in which all of them are equally long.
  const ms = Date.parse(day);
  const startMs = ms - ((new Date(ms).getUTCDay() - weekStart + 7) % 7) * DAY_MS;
  return { start: utcDayOf(startMs), end: utcDayOf(startMs + 6 * DAY_MS) };
};

const DAY_MS = 86_400_000;

const utcDayOf = (ms: number): LocalDate => LocalDate.parse(new Date(ms).toISOString().slice(0, 10));
