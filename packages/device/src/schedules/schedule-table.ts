/** The reminder commands by name. */
import { Schedule } from '@mhb/core-domain';
import { z } from 'zod';
import { exactly } from '../entity-answers.ts';
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
  DueAssessments,
  GetDueAssessments,
  getDueAssessments,
  GetSchedule,
  getSchedule,
  GetSchedules,
  getSchedules,
  MarkReminderShown,
  markReminderShown,
  SchedulesWithNext,
  ScheduleWithNext,
} from './schedule-queries.ts';

export const scheduleCommands = {
  create_schedule: command(
    'Sets a reminder for a questionnaire.',
    { input: CreateSchedule, answer: exactly(Schedule) },
    createSchedule,
  ),
  update_schedule: command(
    'Changes a reminder, or switches it on or off.',
    { input: UpdateSchedule, answer: exactly(Schedule) },
    updateSchedule,
  ),
  delete_schedule: command(
    'Moves a reminder to the Trash.',
    { input: DeleteSchedule, answer: z.null() },
    deleteSchedule,
  ),
  get_schedules: command(
    'All reminders or those that are on, each with the time it comes next.',
    { input: GetSchedules, answer: SchedulesWithNext },
    getSchedules,
  ),
  get_schedule: command(
    'One reminder, and when it comes next.',
    { input: GetSchedule, answer: ScheduleWithNext },
    getSchedule,
  ),
  get_due_assessments: command(
    'The questionnaires it is time for.',
    { input: GetDueAssessments, answer: DueAssessments },
    getDueAssessments,
  ),
  mark_reminder_shown: command(
    'Remembers on this device that a reminder was shown.',
    { input: MarkReminderShown, answer: z.null() },
    markReminderShown,
  ),
};
