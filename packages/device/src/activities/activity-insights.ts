/** How often an activity, or anything of a group, is done, and whether that is becoming more. */
import {
  type ActivityFrequency,
  ActivityGroupId,
  ActivityId,
  type ActivityTrend,
  frequencyOf,
  GOAL_PERIOD_DAYS_MAX,
  type Instant,
  instantOf,
  ok,
  parseInstant,
  type PeriodDays,
  periodStart,
  type Result,
  trendOf,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findAny, type NotFound } from '../changes/find-record.ts';
import type { Reader } from '../database/sql.ts';
import type { ClockDep, DatabaseDep } from '../deps.ts';
import { type InvalidInput, invalidInput } from '../parse.ts';
import { readDayStart } from '../preferences/preference-queries.ts';
import { countLogDays, type LogTarget } from './activity-log-repository.ts';

const target = { activity_id: ActivityId.nullish(), group_id: ActivityGroupId.nullish() };
const moment = z.string().max(64);

export const GetActivityFrequency = z.strictObject({ ...target, start_date: moment, end_date: moment });

/** From one moment to another, both included. */
export const getActivityFrequency = (
  { database }: DatabaseDep,
  input: z.output<typeof GetActivityFrequency>,
): Result<ActivityFrequency, InvalidInput | NotFound> => {
  const of = readTarget(database, input);
  if (!of.ok) return of;
  const start = readMoment('start_date', input.start_date);
  if (!start.ok) return start;
  const end = readMoment('end_date', input.end_date);
  if (!end.ok) return end;
  const range = { from: start.value, middle: start.value, to: end.value, dayStart: readDayStart(database) };
  const { after, logs } = countLogDays(database, of.value, range);
  return ok(frequencyOf({ unique_days: after, total_logs: logs }, { start: start.value, end: end.value }));
};

export const GetActivityTrend = z.strictObject({
  ...target,
  period_days: z.int().min(1).max(GOAL_PERIOD_DAYS_MAX),
  /** The end of the last period; now where nothing is given. */
  current_time: moment.nullish(),
});

/** The last so many days against those before them. */
export const getActivityTrend = (
  { clock, database }: ClockDep & DatabaseDep,
  { period_days, current_time, ...input }: z.output<typeof GetActivityTrend>,
): Result<ActivityTrend, InvalidInput | NotFound> => {
  const of = readTarget(database, input);
  if (!of.ok) return of;
  const now = readMoment('current_time', current_time ?? instantOf(clock.nowMs()));
  if (!now.ok) return now;
  return ok(trendOf(countPeriodDays(database, of.value, { now: now.value, period_days })));
};

/** Distinct days of the period that ends now, and of the one before it. */
export const countPeriodDays = (
  db: Reader,
  of: LogTarget,
  period: { readonly now: Instant; readonly period_days: number },
): PeriodDays => {
  const { before, after } = countLogDays(db, of, {
    from: periodStart(period, 2),
    middle: periodStart(period, 1),
    to: period.now,
    dayStart: readDayStart(db),
  });
  return { current: after, previous: before };
};

/** Deleted ones can still be asked about: the history keeps them. */
const readTarget = (
  db: Reader,
  { activity_id, group_id }: z.output<z.ZodObject<typeof target>>,
): Result<LogTarget, InvalidInput | NotFound> => {
  const activityId = activity_id ?? null;
  const groupId = group_id ?? null;
  if ((activityId === null) === (groupId === null)) {
    const problem = 'must be given, or group_id, and not both';
    return { ok: false, error: invalidInput([{ field: 'activity_id', problem }]) };
  }
  const found =
    activityId === null
      ? groupId !== null && findAny(db, { kind: 'activity_group', id: groupId, field: 'group_id' })
      : findAny(db, { kind: 'activity', id: activityId, field: 'activity_id' });
  if (found !== false && !found.ok) return found;
  return ok({ activityId, groupId });
};

export const readMoment = (field: string, text: string): Result<Instant, InvalidInput> => {
  const at = parseInstant(text);
  if (at !== undefined) return ok(at);
  return {
    ok: false,
    error: invalidInput([{ field, problem: 'must be a date and a time with an offset or Z' }]),
  };
};
