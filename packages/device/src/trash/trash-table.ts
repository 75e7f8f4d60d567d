/** The Trash commands by name. */
import { command } from '../command.ts';
import { Restore, restore } from './trash-commands.ts';

export const trashCommands = {
  restore: command('Takes something out of the Trash.', Restore, restore),
};
