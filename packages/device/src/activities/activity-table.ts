/** The commands on activities, groups, logs and goals, by name. */
import { Activity, ActivityGoal, ActivityGroup, ActivityLog } from '@mhb/core-domain';
import { z } from 'zod';
import { exactly } from '../entity-answers.ts';
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
  ActivityGoals,
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
  DeletedActivityGroup,
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
  Activities,
  ActivityGroups,
  ActivityLogs,
  GetActivities,
  getActivities,
  GetActivityGroups,
  getActivityGroups,
  GetActivityLogs,
  getActivityLogs,
} from './activity-queries.ts';
import {
  DuplicateActivities,
  GetDuplicateActivities,
  getDuplicateActivities,
  MergeActivities,
  mergeActivities,
  MergedActivities,
} from './merge-activities.ts';

export const activityCommands = {
  create_activity_group: command(
    'Makes a group of activities.',
    { input: CreateActivityGroup, answer: exactly(ActivityGroup) },
    createActivityGroup,
  ),
  update_activity_group: command(
    'Changes the name or the description of a group; null clears the description.',
    { input: UpdateActivityGroup, answer: exactly(ActivityGroup) },
    updateActivityGroup,
  ),
  delete_activity_group: command(
    'Moves a group and its activities to the Trash.',
    { input: DeleteActivityGroup, answer: DeletedActivityGroup },
    deleteActivityGroup,
  ),
  get_activity_groups: command(
    'Groups of activities, by name.',
    { input: GetActivityGroups, answer: ActivityGroups },
    getActivityGroups,
  ),
  create_activity: command(
    'Makes an activity in a group.',
    { input: CreateActivity, answer: exactly(Activity) },
    createActivity,
  ),
  update_activity: command(
    'Changes an activity or moves it to another group; null clears colour or icon.',
    { input: UpdateActivity, answer: exactly(Activity) },
    updateActivity,
  ),
  delete_activity: command(
    'Moves an activity to the Trash.',
    { input: DeleteActivity, answer: z.null() },
    deleteActivity,
  ),
  get_activities: command('Activities by name.', { input: GetActivities, answer: Activities }, getActivities),
  get_duplicate_activities: command(
    'Activities that have the same name.',
    { input: GetDuplicateActivities, answer: DuplicateActivities },
    getDuplicateActivities,
  ),
  merge_activities: command(
    'Makes two activities one; the second goes to the Trash.',
    { input: MergeActivities, answer: MergedActivities },
    mergeActivities,
  ),
  log_activity: command(
    'Records that an activity was done.',
    { input: LogActivity, answer: exactly(ActivityLog) },
    logActivity,
  ),
  update_activity_log: command(
    'Changes the note or the time of a log entry; null clears the note.',
    { input: UpdateActivityLog, answer: exactly(ActivityLog) },
    updateActivityLog,
  ),
  delete_activity_log: command(
    'Moves a log entry to the Trash.',
    { input: DeleteActivityLog, answer: z.null() },
    deleteActivityLog,
  ),
  get_activity_logs: command(
    'Log entries of activities in a range, newest first.',
    { input: GetActivityLogs, answer: ActivityLogs },
    getActivityLogs,
  ),
  set_activity_goal: command(
    'Sets a goal on an activity or a group.',
    { input: SetActivityGoal, answer: exactly(ActivityGoal) },
    setActivityGoal,
  ),
  update_activity_goal: command(
    'Changes how much a goal asks for, or how long its periods are.',
    { input: UpdateActivityGoal, answer: exactly(ActivityGoal) },
    updateActivityGoal,
  ),
  delete_activity_goal: command(
    'Moves a goal to the Trash.',
    { input: DeleteActivityGoal, answer: z.null() },
    deleteActivityGoal,
  ),
  get_activity_goals: command(
    'Goals on activities and groups, newest first.',
    { input: GetActivityGoals, answer: ActivityGoals },
    getActivityGoals,
  ),
};
