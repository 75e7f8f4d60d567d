/** The mood commands by name. */
import { command } from '../command.ts';
import {
  DeleteMoodCheckin,
  deleteMoodCheckin,
  LogMood,
  logMood,
  UpdateMoodCheckin,
  updateMoodCheckin,
} from './mood-commands.ts';
import { GetMoodCheckin, getMoodCheckin, GetMoodHistory, getMoodHistory } from './mood-queries.ts';

export const moodCommands = {
  log_mood: command('Records how you are, now or up to 24 hours ago.', LogMood, logMood),
  update_mood_checkin: command('Changes a check-in.', UpdateMoodCheckin, updateMoodCheckin),
  delete_mood_checkin: command('Moves a check-in to the Trash.', DeleteMoodCheckin, deleteMoodCheckin),
  get_mood_checkin: command('One check-in.', GetMoodCheckin, getMoodCheckin),
  get_mood_history: command('Check-ins of a range, newest first.', GetMoodHistory, getMoodHistory),
};
