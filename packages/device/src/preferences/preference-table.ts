/** The preference commands by name. */
import { command } from '../command.ts';
import { SetPreference, setPreference } from './preference-commands.ts';
import { GetPreferences, getPreferences } from './preference-queries.ts';

export const preferenceCommands = {
  get_preferences: command(
    'Your settings that follow you from device to device.',
    GetPreferences,
    getPreferences,
  ),
  set_preference: command('Changes one of these settings.', SetPreference, setPreference),
};
