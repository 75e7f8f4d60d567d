/** How far goals have come. Any number of them costs two statements: what the goals are, and what was done. */
import {
  type ActivityGoal,
  ActivityGoalId,
  type ActivityPeriods,
  activityPeriods,
  assert,
  type DayStart,
  err,
  GoalProgress,
  type Instant,
  ok,
  progressOf,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { NotFound } from '../changes/find-record.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import { currentTimeField, readCurrentTime } from '../moment-input.ts';
import type { InvalidInput } from '../parse.ts';
import { readDayStart } from '../preferences/preference-queries.ts';
import { countDaysOfGoals, countPeriodDays } from './activity-count-repository.ts';
import { findGoal, listNamedGoals, NamedGoal } from './activity-goal-list-repository.ts';

export const CheckGoalProgress = z.strictObject({ id: ActivityGoalId, current_time: currentTimeField });

/** How far a goal has come in the period that ends now, or at `current_time`. */
export const checkGoalProgress = (
  deps: DeviceDeps,
  { id, current_time }: z.output<typeof CheckGoalProgress>,
): Result<GoalProgress, InvalidInput | NotFound> => {
  const goal = findGoal(deps.database, id);
  if (goal === undefined) return err({ type: 'NotFound', fields: ['id'] });
  const now = readCurrentTime(deps, current_time);
  if (!now.ok) return now;
  const periods = activityPeriods({ now: now.value, ...goal });
  const target = targetOf(goal, periods);
  const days = countPeriodDays(deps.database, target, readDayStart(deps.database));
  return ok(progressOf(goal, days, periods));
};

export const GetGoalsWithProgress = z.strictObject({ current_time: currentTimeField });

export const GoalWithProgress = NamedGoal.unwrap().extend({ progress: GoalProgress }).readonly();
export const GoalsWithProgress = z.array(GoalWithProgress).readonly();

/** Every living goal, newest first, with the name of what it is about. */
export const getGoalsWithProgress = (
  deps: DeviceDeps,
  { current_time }: z.output<typeof GetGoalsWithProgress>,
): Result<z.infer<typeof GoalsWithProgress>, InvalidInput> => {
  const now = readCurrentTime(deps, current_time);
  return now.ok ? ok(withProgress(deps, listNamedGoals(deps.database), now.value)) : now;
};

/** The same living goals in the same order, each with its progress at an instant. */
export const withProgress = <Goal extends ActivityGoal>(
  { database }: DatabaseDep,
  goals: readonly Goal[],
  now: Instant,
  dayStart: DayStart = readDayStart(database),
): readonly (Goal & { readonly progress: GoalProgress })[] => {
  // Goals have few different lengths of period between them.
  const periodsOf = new Map(
    [...new Set(goals.map(({ period_days }) => period_days))].map((period_days) => [
      period_days,
      { period_days, ...activityPeriods({ now, period_days }) },
    ]),
  );
  const daysOf = countDaysOfGoals(database, [...periodsOf.values()], dayStart);
  return goals.map((goal) => {
    const periods = periodsOf.get(goal.period_days);
    const days = daysOf.get(goal.id);
    assert(periods !== undefined && days !== undefined, 'every living goal has been counted');
    return { ...goal, progress: progressOf(goal, days, periods) };
  });
};

/** A goal of so many days has nothing to do with the period before, so nothing of it is counted. */
const targetOf = (
  { activity_id, group_id, goal_type }: ActivityGoal,
  periods: ActivityPeriods,
): Pick<ActivityGoal, 'activity_id' | 'group_id'> & ActivityPeriods => ({
  activity_id,
  group_id,
  ...periods,
  previous_start: goal_type === 'days_per_period' ? periods.start : periods.previous_start,
});
