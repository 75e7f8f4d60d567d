/** When in the week and when in the day moods were how: by weekday of the person's day, by hour on the wall. */
import { ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import type { ClockDep, DatabaseDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import type { InvalidInput } from '../parse.ts';
import { countsOf, listRatingsByHour, numbersOf } from './mood-insight-repository.ts';
import { MEDIAN, OtherScaleCheckins, sumOf } from './mood-stats.ts';
import { readTimeRange, timeRangeFields } from './time-range.ts';
import { readPersonDays } from './person-day.ts';

const Numbers = z.strictObject({
  count: Count,
  mean: z.number().nullable().describe('Null where the count is 0.'),
  median: z.number().nullable().describe(`${MEDIAN} Null where the count is 0.`),
});

const weekday = z.int().min(0).max(6).describe('0 = Sunday … 6 = Saturday.');
const hour = z.int().min(0).max(23).describe('As the clock on the wall said.');

export const MoodRhythm = z
  .strictObject({
    by_weekday: z
      .array(Numbers.extend({ weekday }).readonly())
      .readonly()
      .describe('All seven, in the order of the person’s week.'),
    by_hour: z
      .array(Numbers.extend({ hour }).readonly())
      .readonly()
      .describe('All of 0 to 23. With days that begin at 03:00, hour 1 of a Saturday stands under Friday.'),
    by_weekday_and_hour: z
      .array(Numbers.extend({ weekday, hour }).readonly())
      .readonly()
      .describe('Hours of weekdays in which there were check-ins, in the same order; the others are absent.'),
    other_scale_checkins: OtherScaleCheckins,
  })
  .readonly();

export const GetMoodByWeekdayAndHour = z.strictObject(timeRangeFields);

export const getMoodByWeekdayAndHour = (
  deps: ClockDep & DatabaseDep,
  input: z.output<typeof GetMoodByWeekdayAndHour>,
): Result<z.infer<typeof MoodRhythm>, InvalidInput> => {
  const range = readTimeRange(deps, input);
  if (!range.ok) return range;
  const { dayStart, weekStart } = readPersonDays(deps);
  const hours = listRatingsByHour(deps.database, { ...range.value, dayStart }).map((cell) => ({
    ...cell,
    counts: countsOf(cell.ratings),
  }));
  const together = (cells: typeof hours) => numbersOf(cells.map(({ counts }) => counts));
  const weekdays = upTo(7).map((days) => (weekStart + days) % 7);
  return ok({
    by_weekday: weekdays.map((weekday) => ({
      weekday,
      ...together(hours.filter((cell) => cell.weekday === weekday)),
    })),
    by_hour: upTo(24).map((hour) => ({ hour, ...together(hours.filter((cell) => cell.hour === hour)) })),
    by_weekday_and_hour: weekdays
      .flatMap((weekday) => hours.filter((cell) => cell.weekday === weekday && cell.ratings !== ''))
      .map((cell) => ({ weekday: cell.weekday, hour: cell.hour, ...together([cell]) })),
    other_scale_checkins: sumOf(hours.map(({ other_scale_checkins }) => other_scale_checkins)),
  });
};

const upTo = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
