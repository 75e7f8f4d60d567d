/** The Trash commands by name. */
import { command } from '../command.ts';
import { AllDeleted, DeleteAllData, deleteAllData } from './delete-all-data.ts';
import {
  Erase,
  erase,
  Erased,
  ListTrash,
  listTrash,
  Restore,
  restore,
  Restored,
  TrashList,
} from './trash-commands.ts';

export const trashCommands = {
  delete_all_data: command(
    'Deletes everything you have entered, on every device and on the service; with sync off, on this device.',
    { input: DeleteAllData, answer: AllDeleted },
    deleteAllData,
  ),
  erase: command(
    'Removes something in the Trash for good, on every device.',
    { input: Erase, answer: Erased },
    erase,
  ),
  list_trash: command(
    'What was deleted, last first, and until when it can be brought back.',
    { input: ListTrash, answer: TrashList },
    listTrash,
  ),
  restore: command(
    'Takes something out of the Trash, with what went there along with it.',
    { input: Restore, answer: Restored },
    restore,
  ),
};
