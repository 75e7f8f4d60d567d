/**
 * How the person counts days and weeks. Every question about days reads it here, so that no two answers put one
 * check-in on different days.
 *
 * In SQL the person's day is what `dayOf` says in the domain; `wall_time` is stored for it:
 *
 *   case when wall_time < day_start then date(local_date, '-1 day') else local_date end
 */
import type { DayStart } from '@mhb/core-domain';
import type { DatabaseDep } from '../deps.ts';
import { readPreferences } from '../preferences/preference-queries.ts';

export interface PersonDays {
  readonly dayStart: DayStart;
  /** 0 = Sunday … 6 = Saturday. */
  readonly weekStart: number;
}

export const readPersonDays = ({ database }: DatabaseDep): PersonDays => {
  const { day_start, week_start } = readPreferences(database);
  return { dayStart: day_start, weekStart: week_start };
};
