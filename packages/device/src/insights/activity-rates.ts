/** How often an activity, or any of a group, was done: in a range, and in two neighbouring periods. */
import {
  type ActivityFrequency,
  activityPeriods,
  type ActivityTrend,
  frequencyOf,
  GOAL_PERIOD_DAYS_MAX,
  ok,
  type Result,
  trendOf,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { NotFound } from '../changes/find-record.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import { currentTimeField, MOMENT_FORM, readCurrentTime, readInstant } from '../moment-input.ts';
import type { InvalidInput } from '../parse.ts';
import { readDayStart } from '../preferences/preference-queries.ts';
import { countLoggedDays, countPeriodDays } from './activity-count-repository.ts';
import { findTarget, refuseOtherThanOneTarget, refuseUnknown, targetFields } from './activity-target.ts';

export const GetActivityFrequency = z
  .strictObject({
    ...targetFields,
    start_date: z.string().max(64).describe(`From when on, included: ${MOMENT_FORM}.`),
    end_date: z.string().max(64).describe(`Until when, included: ${MOMENT_FORM}.`),
  })
  .superRefine(refuseOtherThanOneTarget);

/** From one instant to another, both inclusive. A range that is back to front holds nothing. */
export const getActivityFrequency = (
  { database }: DatabaseDep,
  input: z.output<typeof GetActivityFrequency>,
): Result<ActivityFrequency, InvalidInput | NotFound> => {
  const start = readInstant('start_date', input.start_date);
  if (!start.ok) return start;
  const end = readInstant('end_date', input.end_date);
  if (!end.ok) return end;
  const range = { start: start.value, end: end.value };
  const target = { activity_id: input.activity_id ?? null, group_id: input.group_id ?? null };
  const counted = countLoggedDays(database, target, { ...range, dayStart: readDayStart(database) });
  return counted === undefined ? refuseUnknown(target) : ok(frequencyOf(counted, range));
};

export const GetActivityTrend = z
  .strictObject({
    ...targetFields,
    period_days: z
      .int()
      .min(1)
      .max(GOAL_PERIOD_DAYS_MAX)
      .describe('The length of each of the two periods, in days: 7 for a week.'),
    current_time: currentTimeField,
  })
  .superRefine(refuseOtherThanOneTarget);

/** The period that ends now against the one before it. */
export const getActivityTrend = (
  deps: DeviceDeps,
  input: z.output<typeof GetActivityTrend>,
): Result<ActivityTrend, InvalidInput | NotFound> => {
  const now = readCurrentTime(deps, input.current_time);
  if (!now.ok) return now;
  const target = findTarget(deps.database, input);
  if (!target.ok) return target;
  const periods = activityPeriods({ now: now.value, period_days: input.period_days });
  const dayStart = readDayStart(deps.database);
  return ok(trendOf(countPeriodDays(deps.database, { ...target.value, ...periods }, dayStart)));
};
