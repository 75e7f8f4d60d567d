/** The reminder commands by name. */
import { command } from '../command.ts';
import {
  CreateSchedule,
  createSchedule,
  DeleteSchedule,
  deleteSchedule,
  UpdateSchedule,
  updateSchedule,
} from './schedule-commands.ts';
import {
  GetDueAssessments,
  getDueAssessments,
  GetSchedule,
  getSchedule,
  GetSchedules,
  getSchedules,
  MarkReminderShown,
  markReminderShown,
} from './schedule-queries.ts';

export const scheduleCommands = {
  create_schedule: command('Sets a reminder for a questionnaire.', CreateSchedule, createSchedule),
  update_schedule: command('Changes a reminder, or switches it on or off.', UpdateSchedule, updateSchedule),
  delete_schedule: command('Moves a reminder to the Trash.', DeleteSchedule, deleteSchedule),
  get_schedules: command('All reminders, or those that are on.', GetSchedules, getSchedules),
  get_schedule: command('One reminder.', GetSchedule, getSchedule),
  get_due_assessments: command('The questionnaires it is time for.', GetDueAssessments, getDueAssessments),
  mark_reminder_shown: command(
    'Remembers on this device that a reminder was shown.',
    MarkReminderShown,
    markReminderShown,
  ),
};
