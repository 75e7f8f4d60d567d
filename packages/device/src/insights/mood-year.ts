/** A year in pixels: the mean mood of each of the person's days. */
import { ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import type { DatabaseDep } from '../deps.ts';
import { sumRatingsByDay } from './mood-insight-repository.ts';
import { sumOf } from './mood-stats.ts';
import { readPersonDays } from './person-day.ts';

export interface YearInPixels {
  readonly year: number;
  /** Ascending; days without check-ins are absent. */
  readonly days: readonly { readonly day: string; readonly mean: number; readonly count: number }[];
  readonly other_scale_checkins: number;
}

export const GetYearInPixels = z.strictObject({ year: z.int().min(1).max(9_999) });

export const getYearInPixels = (
  deps: DatabaseDep,
  { year }: z.output<typeof GetYearInPixels>,
): Result<YearInPixels, never> => {
  const { dayStart } = readPersonDays(deps);
  const digits = String(year).padStart(4, '0');
  const days = sumRatingsByDay(deps.database, {
    first: `${digits}-01-01`,
    last: `${digits}-12-31`,
    dayStart,
  });
  return ok({
    year,
    days: days.flatMap(({ day, checkins, rating_sum }) =>
      rating_sum === null ? [] : [{ day, mean: rating_sum / checkins, count: checkins }],
    ),
    other_scale_checkins: sumOf(days.map(({ other_scale_checkins }) => other_scale_checkins)),
  });
};
