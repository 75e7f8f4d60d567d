/** The commands on activities, groups, logs and goals, by name. */
import { command } from '../command.ts';
import {
  CreateActivity,
  createActivity,
  DeleteActivity,
  deleteActivity,
  UpdateActivity,
  updateActivity,
} from './activity-commands.ts';
import {
  DeleteActivityGoal,
  deleteActivityGoal,
  GetActivityGoals,
  getActivityGoals,
  SetActivityGoal,
  setActivityGoal,
  UpdateActivityGoal,
  updateActivityGoal,
} from './activity-goal-commands.ts';
import {
  CreateActivityGroup,
  createActivityGroup,
  DeleteActivityGroup,
  deleteActivityGroup,
  UpdateActivityGroup,
  updateActivityGroup,
} from './activity-group-commands.ts';
import {
  DeleteActivityLog,
  deleteActivityLog,
  LogActivity,
  logActivity,
  UpdateActivityLog,
  updateActivityLog,
} from './activity-log-commands.ts';
import {
  GetActivities,
  getActivities,
  GetActivityGroups,
  getActivityGroups,
  GetActivityLogs,
  getActivityLogs,
} from './activity-queries.ts';
import {
  GetDuplicateActivities,
  getDuplicateActivities,
  MergeActivities,
  mergeActivities,
} from './merge-activities.ts';

export const activityCommands = {
  create_activity_group: command('Makes a group of activities.', CreateActivityGroup, createActivityGroup),
  update_activity_group: command('Changes a group.', UpdateActivityGroup, updateActivityGroup),
  delete_activity_group: command(
    'Moves a group and its activities to the Trash.',
    DeleteActivityGroup,
    deleteActivityGroup,
  ),
  get_activity_groups: command('Groups by name.', GetActivityGroups, getActivityGroups),
  create_activity: command('Makes an activity in a group.', CreateActivity, createActivity),
  update_activity: command('Changes or moves an activity.', UpdateActivity, updateActivity),
  delete_activity: command('Moves an activity to the Trash.', DeleteActivity, deleteActivity),
  get_activities: command('Activities by name.', GetActivities, getActivities),
  get_duplicate_activities: command(
    'Activities that have the same name.',
    GetDuplicateActivities,
    getDuplicateActivities,
  ),
  merge_activities: command(
    'Makes two activities one; the second goes to the Trash.',
    MergeActivities,
    mergeActivities,
  ),
  log_activity: command('Records that an activity was done.', LogActivity, logActivity),
  update_activity_log: command('Changes a log entry.', UpdateActivityLog, updateActivityLog),
  delete_activity_log: command('Moves a log entry to the Trash.', DeleteActivityLog, deleteActivityLog),
  get_activity_logs: command('Log entries of a range, newest first.', GetActivityLogs, getActivityLogs),
  set_activity_goal: command('Sets a goal on an activity or a group.', SetActivityGoal, setActivityGoal),
  update_activity_goal: command('Changes how much or how long.', UpdateActivityGoal, updateActivityGoal),
  delete_activity_goal: command('Moves a goal to the Trash.', DeleteActivityGoal, deleteActivityGoal),
  get_activity_goals: command('Goals, newest first.', GetActivityGoals, getActivityGoals),
};
