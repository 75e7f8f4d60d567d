/** How far goals have come. Any number of them costs two statements: what the goals are, and what was done. */
import {
  type ActivityGoal,
  ActivityGoalId,
  activityPeriods,
  assert,
  GoalProgress,
  type Instant,
  ok,
  progressOf,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import type { Reader } from '../database/sql.ts';
import type { DeviceDeps } from '../deps.ts';
import { currentTimeField, readCurrentTime } from '../moment-input.ts';
import type { InvalidInput } from '../parse.ts';
import { readPreferences } from '../preferences/preference-queries.ts';
import { countPeriodDays } from './activity-count-repository.ts';
import { listNamedGoals, NamedGoal } from './activity-goal-list-repository.ts';

export const CheckGoalProgress = z.strictObject({ id: ActivityGoalId, current_time: currentTimeField });

/** How far a goal has come in the period that ends now, or at `current_time`. */
export const checkGoalProgress = (
  deps: DeviceDeps,
  { id, current_time }: z.output<typeof CheckGoalProgress>,
): Result<GoalProgress, InvalidInput | NotFound> => {
  const goal = findLiving(deps.database, { kind: 'activity_goal', id, field: 'id' });
  if (!goal.ok) return goal;
  const now = readCurrentTime(deps, current_time);
  if (!now.ok) return now;
  const [checked] = withProgress(deps.database, [goal.value], now.value);
  assert(checked, 'a goal that was asked about has a progress');
  return ok(checked.progress);
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
  return now.ok ? ok(withProgress(deps.database, listNamedGoals(deps.database), now.value)) : now;
};

/** The same goals in the same order, each with its progress at an instant. */
export const withProgress = <Goal extends ActivityGoal>(
  db: Reader,
  goals: readonly Goal[],
  now: Instant,
): readonly (Goal & { readonly progress: GoalProgress })[] => {
  const targets = goals.map(({ activity_id, group_id, period_days }) => ({
    activity_id,
    group_id,
    ...activityPeriods({ now, period_days }),
  }));
  const days = countPeriodDays(db, targets, readPreferences(db).day_start);
  return goals.map((goal, index) => ({
    ...goal,
    progress: progressOf(goal, days[index] ?? { current: 0, previous: 0 }, now),
  }));
};
