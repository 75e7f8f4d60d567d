/** A goal on an activity or a group: so many days in a period, or so much more than in the period before. */
import { z } from 'zod';
import { ActivityGoalId, ActivityGroupId, ActivityId } from './ids.ts';
import { Instant } from './time.ts';

export const GoalType = z
  .enum(['days_per_period', 'percent_improvement'])
  .describe(
    'days_per_period: on so many days of a period. percent_improvement: on so many percent more days than in the period before.',
  );
export type GoalType = z.infer<typeof GoalType>;

export const ActivityGoal = z
  .object({
    id: ActivityGoalId,
    activity_id: ActivityId.nullable(),
    group_id: ActivityGroupId.nullable(),
    goal_type: GoalType,
    target_value: z.int(),
    period_days: z.int(),
    created_at: Instant,
  })
  .readonly();
export type ActivityGoal = z.infer<typeof ActivityGoal>;

export const GOAL_PERIOD_DAYS_MAX = 365;
export const GOAL_PERCENT_MAX = 1_000;

/**
 * What a person fills in for a goal: on one activity or on one group, a target that can be reached. A goal that
 * arrives by sync or import may say anything the record allows.
 */
export const goalForm = z
  .strictObject({
    activity_id: ActivityId.nullable()
      .default(null)
      .describe('The activity the goal is on. Give this or group_id.'),
    group_id: ActivityGroupId.nullable()
      .default(null)
      .describe('The group the goal is on, for any activity in it. Give this or activity_id.'),
    goal_type: GoalType,
    target_value: z
      .int()
      .min(1)
      .max(GOAL_PERCENT_MAX)
      .describe('Days (at most period_days), or percent, as goal_type says.'),
    period_days: z
      .int()
      .min(1)
      .max(GOAL_PERIOD_DAYS_MAX)
      .describe('The length of a period, in days: 7 for a week.'),
  })
  .superRefine(({ activity_id, group_id, goal_type, target_value, period_days }, refinement) => {
    const refuse = (field: string, message: string): void => {
      refinement.addIssue({ code: 'custom', path: [field], message });
    };
    if (activity_id === null && group_id === null) refuse('activity_id', 'must be given, or group_id');
    if (activity_id !== null && group_id !== null)
      refuse('group_id', 'must be null where activity_id is given');
    if (goal_type === 'days_per_period' && target_value > period_days) {
      refuse('target_value', 'must be at most period_days');
    }
  });
