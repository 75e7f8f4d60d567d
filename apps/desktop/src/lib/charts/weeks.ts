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

interface Ends {
  /** The weeks begin here at the latest. */
  readonly from?: string | undefined;
  /** The weeks go on until here at least. */
  readonly to?: string | undefined;
  readonly weekStart?: number | undefined;
}

/** How many days of each week had an entry, empty weeks too: from the first to the last of them, or between the ends. */
export const daysByWeek = (
  localDates: readonly string[],
  { from, to, weekStart = 1 }: Ends = {},
): readonly Week[] => {
  const days = [...new Set(localDates)].toSorted();
  if (days.length === 0) return [];
  const around = [
    ...days,
    ...(from === undefined ? [] : [from]),
    ...(to === undefined ? [] : [to]),
  ].toSorted();
  const [first = ''] = around;
  const last = around.at(-1) ?? first;
  const weeks: Week[] = [];
  for (let week = weekOf(first, weekStart); week <= last; week = addDays(week, 7)) {
    const next = addDays(week, 7);
    weeks.push({ week, days: days.filter((day) => day >= week && day < next).length });
  }
  return weeks;
};
