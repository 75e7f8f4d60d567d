/** The Trash commands by name. */
import { command } from '../command.ts';
import { DeleteAllData, deleteAllData } from './delete-all-data.ts';
import { Erase, erase, ListTrash, listTrash, Restore, restore } from './trash-commands.ts';

export const trashCommands = {
  delete_all_data: command(
    'Deletes everything you have entered, on every device and on the service; with sync off, on this device.',
    DeleteAllData,
    deleteAllData,
  ),
  erase: command('Removes something in the Trash for good, on every device.', Erase, erase),
  list_trash: command(
    'What was deleted, last first, and until when it can be brought back.',
    ListTrash,
    listTrash,
  ),
  restore: command('Takes something out of the Trash.', Restore, restore),
};
