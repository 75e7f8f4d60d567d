/** How far a goal has come, in a few words. */
import type { AnswerOf } from '@mhb/device';
import { number } from '../dates.ts';

export type GoalWithProgress = AnswerOf<'get_goals_with_progress'>[number];

/** "3 of 4 days in 7", "12 % of 20 % more than before". */
export const goalText = ({ goal_type, target_value, period_days, progress }: GoalWithProgress): string =>
  goal_type === 'days_per_period'
    ? `${number(progress.current_value)} of ${number(target_value)} days in ${number(period_days)}`
    : `${number(progress.current_value)} % of ${number(target_value)} % more`;

/** The goal itself in a sentence. */
export const goalSentence = ({
  goal_type,
  target_value,
  period_days,
}: Pick<GoalWithProgress, 'goal_type' | 'period_days' | 'target_value'>): string =>
  goal_type === 'days_per_period'
    ? `On ${number(target_value)} of every ${number(period_days)} days`
    : `${number(target_value)} % more days than in the ${number(period_days)} days before`;
