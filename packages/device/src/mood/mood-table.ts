/** The mood commands by name. */
import { MoodEntry } from '@mhb/core-domain';
import { z } from 'zod';
import { exactly } from '../entity-answers.ts';
import { command } from '../command.ts';
import {
  DeleteMoodCheckin,
  deleteMoodCheckin,
  LogMood,
  logMood,
  UpdateMoodCheckin,
  updateMoodCheckin,
} from './mood-commands.ts';
import {
  GetMoodCheckin,
  getMoodCheckin,
  GetMoodHistory,
  getMoodHistory,
  MoodHistory,
} from './mood-queries.ts';

export const moodCommands = {
  log_mood: command(
    'Records how you are, now or up to 24 hours ago.',
    { input: LogMood, answer: exactly(MoodEntry) },
    logMood,
  ),
  update_mood_checkin: command(
    'Changes what is given of a mood check-in; null clears the note.',
    { input: UpdateMoodCheckin, answer: exactly(MoodEntry) },
    updateMoodCheckin,
  ),
  delete_mood_checkin: command(
    'Moves a mood check-in to the Trash.',
    { input: DeleteMoodCheckin, answer: z.null() },
    deleteMoodCheckin,
  ),
  get_mood_checkin: command(
    'One mood check-in.',
    { input: GetMoodCheckin, answer: exactly(MoodEntry) },
    getMoodCheckin,
  ),
  get_mood_history: command(
    'Mood check-ins of a range, newest first.',
    { input: GetMoodHistory, answer: MoodHistory },
    getMoodHistory,
  ),
};
