/**
 * How often an activity was done, and how far a goal has come. Days count, not log entries: several on one day are
 * one day. Instants are compared as instants; a day is that of the person where the entry was made.
 *
 *   now − 2N days            now − N days              now
 *   [ previous period        )[ current period         ]
 */
import type { ActivityLog } from './activities.ts';
import { dayOf } from './days.ts';
import type { ActivityGoal } from './goals.ts';
import type { DayStart } from './preferences.ts';
import { type Instant, instantOf, msOf } from './time.ts';

const DAY_MS = 86_400_000;

/** What of a log entry counts here. */
export type LoggedMoment = Pick<ActivityLog, 'logged_at' | 'time_zone' | 'local_date'>;

export const distinctDays = (logs: readonly LoggedMoment[], dayStart?: DayStart): number =>
  new Set(logs.map(({ logged_at, ...day }) => dayOf({ at: logged_at, ...day }, dayStart))).size;

export interface ActivityFrequency {
  readonly unique_days: number;
  readonly total_logs: number;
  /** Can be more than 7: a week of 7 times 24 hours touches 8 days. */
  readonly days_per_week: number;
}

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
  const counts = { unique_days: distinctDays(inRange, day_start), total_logs: inRange.length };
  return frequencyOf(counts, { start, end });
};

/** The same where days and logs were counted already. */
export const frequencyOf = (
  counts: Pick<ActivityFrequency, 'unique_days' | 'total_logs'>,
  { start, end }: { readonly start: Instant; readonly end: Instant },
): ActivityFrequency => {
  const weeks = (msOf(end) - msOf(start)) / (7 * DAY_MS);
  return { ...counts, days_per_week: weeks > 0 ? counts.unique_days / weeks : 0 };
};

export interface ActivityTrend {
  readonly current_period_days: number;
  readonly previous_period_days: number;
  readonly change_days: number;
  readonly change_percentage: number;
  readonly trend: 'improving' | 'stable' | 'declining';
}

/** The last `period_days` against those before them. More than 10 % up or down is a trend. */
export const activityTrend = (
  logs: readonly LoggedMoment[],
  period: { readonly now: Instant; readonly period_days: number; readonly day_start?: DayStart },
): ActivityTrend => trendOf(daysOfPeriods(logs, period));

/** Distinct days in the last period, and in the one before it. */
export interface PeriodDays {
  readonly current: number;
  readonly previous: number;
}

/** The same where the days were counted already. */
export const trendOf = ({ current, previous }: PeriodDays): ActivityTrend => {
  const change = current - previous;
  // Whole numbers on both sides, so that exactly 10 % is stable.
  const isTrend = Math.abs(change) * 10 > previous;
  return {
    current_period_days: current,
    previous_period_days: previous,
    change_days: change,
    change_percentage: changePercentage(current, previous),
    trend: isTrend ? (change > 0 ? 'improving' : 'declining') : 'stable',
  };
};

export interface GoalProgress {
  /** Days, or percent. */
  readonly current_value: number;
  readonly target_value: number;
  /** Not capped, and below 0 after a decline. */
  readonly percentage: number;
  readonly is_achieved: boolean;
  readonly period_start: Instant;
  readonly period_end: Instant;
}

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
  return progressOf(goal, daysOfPeriods(logs, period), now);
};

/** The same where the days were counted already. */
export const progressOf = (
  { goal_type, target_value, period_days }: Pick<ActivityGoal, 'goal_type' | 'target_value' | 'period_days'>,
  { current, previous }: PeriodDays,
  now: Instant,
): GoalProgress => {
  const currentValue =
    goal_type === 'days_per_period' ? current : roundAwayFromZero(changePercentage(current, previous));
  // A goal that came from elsewhere may aim at nothing; then there is nothing to be reached.
  const percentage = target_value > 0 ? (currentValue * 100) / target_value : 0;
  return {
    current_value: currentValue,
    target_value,
    percentage,
    is_achieved: percentage >= 100,
    period_start: periodStart({ now, period_days }, 1),
    period_end: now,
  };
};

const daysOfPeriods = (
  logs: readonly LoggedMoment[],
  period: { readonly now: Instant; readonly period_days: number; readonly day_start?: DayStart },
): PeriodDays => {
  const start = periodStart(period, 1);
  const previousStart = periodStart(period, 2);
  const current = logs.filter(({ logged_at }) => logged_at >= start && logged_at <= period.now);
  const previous = logs.filter(({ logged_at }) => logged_at >= previousStart && logged_at < start);
  return {
    current: distinctDays(current, period.day_start),
    previous: distinctDays(previous, period.day_start),
  };
};

/** Periods are so many times 24 hours, so they are equally long over a change of the clocks. */
export const periodStart = (
  { now, period_days }: { readonly now: Instant; readonly period_days: number },
  periods: number,
): Instant => instantOf(msOf(now) - periods * period_days * DAY_MS);

/** From nothing, anything is 100 % more. */
const changePercentage = (current: number, previous: number): number => {
  if (previous === 0) return current > 0 ? 100 : 0;
  return ((current - previous) * 100) / previous;
};

/** Halves go away from zero, so a fall counts like a rise; `Math.round` takes −12.5 to −12. */
const roundAwayFromZero = (value: number): number => {
  const rounded = Math.sign(value) * Math.round(Math.abs(value));
  return rounded === 0 ? 0 : rounded;
};
