/**
 * How often an activity was done, and how far a goal has come, from its log entries. Days count, not entries: several
 * on one day are one day. Instants are compared as instants; a day is that of the person where the entry was made.
 */
import type { ActivityLog } from './activities.ts';
import {
  type ActivityFrequency,
  activityPeriods,
  type ActivityTrend,
  frequencyOf,
  type GoalProgress,
  type PeriodDays,
  progressOf,
  trendOf,
} from './activity-formulae.ts';
import { dayOf } from './days.ts';
import type { ActivityGoal } from './goals.ts';
import type { DayStart } from './preferences.ts';
import type { Instant } from './time.ts';

/** What of a log entry counts here. */
export type LoggedMoment = Pick<ActivityLog, 'logged_at' | 'time_zone' | 'local_date'>;

export const distinctDays = (logs: readonly LoggedMoment[], dayStart?: DayStart): number =>
  new Set(logs.map(({ logged_at, ...day }) => dayOf({ at: logged_at, ...day }, dayStart))).size;

/** Of the logs from `start` to `end`, both included. A range of no length, or back to front, has no rate: 0. */
export const activityFrequency = (
  logs: readonly LoggedMoment[],
  {
    start,
    end,
    day_start,
  }: { readonly start: Instant; readonly end: Instant; readonly day_start?: DayStart },
): ActivityFrequency => {
  const inRange = logs.filter(({ logged_at }) => logged_at >= start && logged_at <= end);
  const counted = { unique_days: distinctDays(inRange, day_start), total_logs: inRange.length };
  return frequencyOf(counted, { start, end });
};

interface Period {
  readonly now: Instant;
  readonly period_days: number;
  readonly day_start?: DayStart;
}

/** The last `period_days` against those before them. More than 10 % up or down is a trend. */
export const activityTrend = (logs: readonly LoggedMoment[], period: Period): ActivityTrend =>
  trendOf(daysOfPeriods(logs, period));

/**
 * How far a goal has come at `now`. `logs` are those of the goal's activity, or of the activities that are in its
 * group today, from two periods back on; others are ignored.
 */
export const goalProgress = (
  goal: Pick<ActivityGoal, 'goal_type' | 'target_value' | 'period_days'>,
  logs: readonly LoggedMoment[],
  now: Instant,
  dayStart?: DayStart,
): GoalProgress => {
  const { period_days } = goal;
  const period = { now, period_days, ...(dayStart === undefined ? {} : { day_start: dayStart }) };
  return progressOf(goal, daysOfPeriods(logs, period), activityPeriods(period));
};

const daysOfPeriods = (logs: readonly LoggedMoment[], period: Period): PeriodDays => {
  const { previous_start, start, end } = activityPeriods(period);
  const current = logs.filter(({ logged_at }) => logged_at >= start && logged_at <= end);
  const previous = logs.filter(({ logged_at }) => logged_at >= previous_start && logged_at < start);
  return {
    current: distinctDays(current, period.day_start),
    previous: distinctDays(previous, period.day_start),
  };
};
