/** Which times that lie ahead of the clock are believed; the others were written by a clock that was wrong. */
import { type Instant, instantOf, msOf, type Schedule } from '@mhb/core-domain';

const DAY_MS = 86_400_000;
const FORTNIGHT_MS = 14 * DAY_MS;

/**
 * How far ahead of the clock a time may lie and still be believed: a reminder may come a day before its time, and a
 * clock may have been set back a day. Believing what lies further ahead would silence a reminder until that day.
 */
const AHEAD_MAX_MS = 2 * DAY_MS;

export const believedUntil = (now: Instant): Instant => instantOf(msOf(now) + AHEAD_MAX_MS);

/**
 * The schedule as if it had been made before now, where a clock that was ahead made it. Whole fortnights earlier, so
 * that every grid of weeks stays where it is; at most one reminder catches up.
 */
export const asMadeBefore = (now: Instant, schedule: Schedule): Schedule => {
  if (schedule.created_at <= believedUntil(now)) return schedule;
  const madeMs = msOf(schedule.created_at);
  const fortnights = Math.ceil((madeMs - msOf(now)) / FORTNIGHT_MS);
  return { ...schedule, created_at: instantOf(madeMs - fortnights * FORTNIGHT_MS) };
};
