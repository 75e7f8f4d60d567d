/** The commands that bring a history in or out, by name. */
import { command } from '../command.ts';
import { ImportOriginal, importOriginal } from './import-original.ts';

export const transferCommands = {
  import_original: command('Imports the database file of the original app.', ImportOriginal, importOriginal),
};
