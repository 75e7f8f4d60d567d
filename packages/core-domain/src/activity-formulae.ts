/**
 * The formulae of frequency, trend and goals, over days that somebody has counted: from rows (activity-statistics.ts)
 * or by a database.
 *
 *   now − 2N days            now − N days              now
 *   [ previous period        )[ current period         ]
 */
import { z } from 'zod';
import type { ActivityGoal } from './goals.ts';
import { Instant, instantOf, msOf } from './time.ts';

const DAY_MS = 86_400_000;

export interface ActivityPeriods {
  readonly previous_start: Instant;
  readonly start: Instant;
  /** Included. */
  readonly end: Instant;
}

/** Periods are so many times 24 hours, so they are equally long over a change of the clocks. */
export const activityPeriods = ({
  now,
  period_days,
}: {
  readonly now: Instant;
  readonly period_days: number;
}): ActivityPeriods => {
  const before = (periods: number): Instant => instantOf(msOf(now) - periods * period_days * DAY_MS);
  return { previous_start: before(2), start: before(1), end: now };
};

/** On how many days of each period something was done. */
export interface PeriodDays {
  readonly current: number;
  readonly previous: number;
}

export const ActivityFrequency = z
  .strictObject({
    unique_days: z.int().min(0),
    total_logs: z.int().min(0),
    days_per_week: z
      .number()
      .min(0)
      .describe(
        'Can be more than 7: a week of 7 times 24 hours touches 8 days. 0 where the range has no length.',
      ),
  })
  .readonly();
export type ActivityFrequency = z.infer<typeof ActivityFrequency>;

/** A range of no length, or back to front, has no rate: 0. */
export const frequencyOf = (
  { unique_days, total_logs }: Pick<ActivityFrequency, 'total_logs' | 'unique_days'>,
  { start, end }: { readonly start: Instant; readonly end: Instant },
): ActivityFrequency => {
  const weeks = (msOf(end) - msOf(start)) / (7 * DAY_MS);
  return { unique_days, total_logs, days_per_week: weeks > 0 ? unique_days / weeks : 0 };
};

export const ActivityTrend = z
  .strictObject({
    current_period_days: z.int().min(0).describe('On how many days of the period it was done.'),
    previous_period_days: z.int().min(0).describe('And of the period before.'),
    change_days: z.int(),
    change_percentage: z.number().describe('From nothing, anything is 100 % more.'),
    trend: z.enum(['improving', 'stable', 'declining']).describe('More than 10 % up or down is a trend.'),
  })
  .readonly();
export type ActivityTrend = z.infer<typeof ActivityTrend>;

/** More than 10 % up or down is a trend. */
export const trendOf = ({ current, previous }: PeriodDays): ActivityTrend => {
  const change = current - previous;
  // Whole numbers on both sides, so that exactly 10 % is stable.
  const isTrend = Math.abs(change) * 10 > previous;
  return {
    current_period_days: current,
    previous_period_days: previous,
    change_days: change,
    change_percentage: changePercentage({ current, previous }),
    trend: isTrend ? (change > 0 ? 'improving' : 'declining') : 'stable',
  };
};

export const GoalProgress = z
  .strictObject({
    current_value: z.number().describe('Days, or percent, as the goal_type says.'),
    target_value: z.int(),
    percentage: z.number().describe('Of the target; not capped, and below 0 after a decline.'),
    is_achieved: z.boolean(),
    period_start: Instant,
    period_end: Instant,
  })
  .readonly();
export type GoalProgress = z.infer<typeof GoalProgress>;

/** How far a goal has come at the end of its period, from the days of its periods. */
export const progressOf = (
  { goal_type, target_value }: Pick<ActivityGoal, 'goal_type' | 'target_value'>,
  days: PeriodDays,
  period: Pick<ActivityPeriods, 'end' | 'start'>,
): GoalProgress => {
  const currentValue =
    goal_type === 'days_per_period' ? days.current : roundAwayFromZero(changePercentage(days));
  // A goal that came from elsewhere may aim at nothing; then there is nothing to be reached.
  const percentage = target_value > 0 ? (currentValue * 100) / target_value : 0;
  return {
    current_value: currentValue,
    target_value,
    percentage,
    is_achieved: percentage >= 100,
    period_start: period.start,
    period_end: period.end,
  };
};

/** From nothing, anything is 100 % more. */
const changePercentage = ({ current, previous }: PeriodDays): number => {
  if (previous === 0) return current > 0 ? 100 : 0;
  return ((current - previous) * 100) / previous;
};

/** Halves go away from zero, so a fall counts like a rise; `Math.round` takes −12.5 to −12. */
const roundAwayFromZero = (value: number): number => {
  const rounded = Math.sign(value) * Math.round(Math.abs(value));
  return rounded === 0 ? 0 : rounded;
};
