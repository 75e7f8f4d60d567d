/** Days of activity by week. */
import { addDays } from '../dates.ts';

/** The Monday (or, with 7, the Sunday) on which the week of the day began; `weekStart` counts Monday as 1. */
export const weekOf = (localDate: string, weekStart = 1): string => {
  const weekday = new Date(`${localDate}T00:00:00Z`).getUTCDay();
  return addDays(localDate, -((weekday - (weekStart % 7) + 7) % 7));
};

export interface Week {
  readonly week: string;
  readonly days: number;
}

/** How many days of each week had an entry, from the first to the last of them, empty weeks too. */
export const daysByWeek = (localDates: readonly string[], weekStart = 1): readonly Week[] => {
  const days = [...new Set(localDates)].toSorted();
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) return [];
  const weeks: Week[] = [];
  for (let week = weekOf(first, weekStart); week <= last; week = addDays(week, 7)) {
    const next = addDays(week, 7);
    weeks.push({ week, days: days.filter((day) => day >= week && day < next).length });
  }
  return weeks;
};
