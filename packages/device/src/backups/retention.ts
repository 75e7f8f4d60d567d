/**
 * Which backups are kept: those of the last seven days that have one, and before them the last one of each of four
 * weeks. A backup falls out of the days into its week, where the next one of that week takes its place.
 */
import { type LocalDate, weekOf } from '@mhb/core-domain';

export const DAILY_MAX = 7;
export const WEEKLY_MAX = 4;

const MONDAY = 1;

/** The days whose backup may go. Weeks begin on Monday here, whatever the person has set: nobody sees them. */
export const superfluous = (days: readonly LocalDate[]): readonly LocalDate[] => {
  const newestFirst = days.toSorted().reverse();
  const older = newestFirst.slice(DAILY_MAX);
  const lastOfWeek = new Map<LocalDate, LocalDate>();
  for (const day of older) {
    const week = weekOf(day, MONDAY).start;
    if (!lastOfWeek.has(week) && lastOfWeek.size < WEEKLY_MAX) lastOfWeek.set(week, day);
  }
  const kept = new Set(lastOfWeek.values());
  return older.filter((day) => !kept.has(day));
};
