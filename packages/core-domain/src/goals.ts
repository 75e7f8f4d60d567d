/** A goal on an activity or a group: so many days in a period, or so much more than in the period before. */
import { z } from 'zod';
import { ActivityGoalId, ActivityGroupId, ActivityId } from './ids.ts';
import { Instant } from './time.ts';

export const GoalType = z.enum(['days_per_period', 'percent_improvement']);
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
