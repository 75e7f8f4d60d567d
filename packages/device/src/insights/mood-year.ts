/** A year in pixels: the mood of each of the person's days. */
import { LocalDate, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import type { DatabaseDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { countsOf, listRatingsByDay, numbersOf } from './mood-insight-repository.ts';
import { MEDIAN, OtherScaleCheckins, sumOf } from './mood-stats.ts';
import { readPersonDays } from './person-day.ts';

const year = z.int().min(1).max(9_999).describe('The calendar year: 2025.');

export const GetYearInPixels = z.strictObject({ year });

export const YearInPixels = z
  .strictObject({
    year,
    days: z
      .array(
        z
          .strictObject({
            day: LocalDate,
            mean: z.number(),
            median: z.number().describe(MEDIAN),
            count: Count,
          })
          .readonly(),
      )
      .readonly()
      .describe('Ascending; days without check-ins are absent.'),
    other_scale_checkins: OtherScaleCheckins,
  })
  .readonly();

export const getYearInPixels = (
  deps: DatabaseDep,
  { year: asked }: z.output<typeof GetYearInPixels>,
): Result<z.infer<typeof YearInPixels>, never> => {
  const { dayStart } = readPersonDays(deps);
  const digits = String(asked).padStart(4, '0');
  const days = listRatingsByDay(deps.database, {
    first: `${digits}-01-01`,
    last: `${digits}-12-31`,
    dayStart,
  });
  return ok({
    year: asked,
    days: days.flatMap(({ day, ratings }) => {
      const { mean, median, count } = numbersOf([countsOf(ratings)]);
      return mean === null || median === null ? [] : [{ day, mean, median, count }];
    }),
    other_scale_checkins: sumOf(days.map(({ other_scale_checkins }) => other_scale_checkins)),
  });
};
