/** Which day it is for somebody whose days begin at an hour of their own. */
import type { DayStart } from '@mhb/core-domain';
import { addDays, calendarDate } from '../dates.ts';

/** The person's day of this moment, on this computer's clock: before the day's start it is still the day before. */
export const localDay = (now: Date, dayStart: DayStart): string =>
  now.getHours() < Number(dayStart.slice(0, 2)) ? addDays(calendarDate(now), -1) : calendarDate(now);

/** The instant at which that day begins on this computer. */
export const dayBegins = (day: string, dayStart: DayStart): string =>
  new Date(`${day}T${dayStart}`).toISOString();
