/** The preference commands by name. */
import { command } from '../command.ts';
import { GetPreferences, getPreferences, SetPreference, setPreference } from './preference-commands.ts';

export const preferenceCommands = {
  get_preferences: command(
    'Your settings that follow you from device to device.',
    GetPreferences,
    getPreferences,
  ),
  set_preference: command('Changes one of these settings.', SetPreference, setPreference),
};
