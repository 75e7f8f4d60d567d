/** What is worked out from activities, goals and the week, by name. */
import { command } from '../command.ts';
import {
  CheckGoalProgress,
  checkGoalProgress,
  GetGoalsWithProgress,
  getGoalsWithProgress,
} from './activity-goal-progress.ts';
import {
  GetActivityFrequency,
  getActivityFrequency,
  GetActivityTrend,
  getActivityTrend,
} from './activity-rates.ts';
import { GetWeeklyReport, getWeeklyReport } from './activity-weekly-report.ts';

export const activityInsightCommands = {
  get_activity_frequency: command(
    'On how many days of a range an activity or a group was done.',
    GetActivityFrequency,
    getActivityFrequency,
  ),
  get_activity_trend: command(
    'The days of the last period against those of the one before.',
    GetActivityTrend,
    getActivityTrend,
  ),
  check_goal_progress: command('How far a goal has come.', CheckGoalProgress, checkGoalProgress),
  get_goals_with_progress: command(
    'Every goal with how far it has come.',
    GetGoalsWithProgress,
    getGoalsWithProgress,
  ),
  get_weekly_report: command('One week at a glance.', GetWeeklyReport, getWeeklyReport),
};
