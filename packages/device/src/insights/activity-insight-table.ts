/** What is worked out from activities, goals and the week, by name. */
import { ActivityFrequency, ActivityTrend, GoalProgress } from '@mhb/core-domain';
import { command } from '../command.ts';
import {
  CheckGoalProgress,
  checkGoalProgress,
  GetGoalsWithProgress,
  getGoalsWithProgress,
  GoalsWithProgress,
} from './activity-goal-progress.ts';
import {
  GetActivityFrequency,
  getActivityFrequency,
  GetActivityTrend,
  getActivityTrend,
} from './activity-rates.ts';
import { GetWeeklyReport, getWeeklyReport, WeeklyReport } from './activity-weekly-report.ts';

export const activityInsightCommands = {
  get_activity_frequency: command(
    'On how many days of a range an activity or a group was done.',
    { input: GetActivityFrequency, answer: ActivityFrequency },
    getActivityFrequency,
  ),
  get_activity_trend: command(
    'The days of the last period against those of the one before.',
    { input: GetActivityTrend, answer: ActivityTrend },
    getActivityTrend,
  ),
  check_goal_progress: command(
    'How far a goal has come.',
    { input: CheckGoalProgress, answer: GoalProgress },
    checkGoalProgress,
  ),
  get_goals_with_progress: command(
    'Every goal with how far it has come.',
    { input: GetGoalsWithProgress, answer: GoalsWithProgress },
    getGoalsWithProgress,
  ),
  get_weekly_report: command(
    'One week at a glance.',
    { input: GetWeeklyReport, answer: WeeklyReport },
    getWeeklyReport,
  ),
};
