/** The preference commands by name. */
import { command } from '../command.ts';
import { PreferenceSet, SetPreference, setPreference } from './preference-commands.ts';
import { GetPreferences, getPreferences, Preferences } from './preference-queries.ts';

export const preferenceCommands = {
  get_preferences: command(
    'Your settings that follow you from device to device.',
    { input: GetPreferences, answer: Preferences },
    getPreferences,
  ),
  set_preference: command(
    'Changes one of your settings that follow you from device to device.',
    { input: SetPreference, answer: PreferenceSet },
    setPreference,
  ),
};
