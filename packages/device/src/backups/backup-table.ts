/** The backup commands by name. */
import { command } from '../command.ts';
import { BackUpNow, backUpNow, ListBackups, listBackups } from './back-up.ts';
import { RestoreBackup, restoreBackup } from './restore-backup.ts';

export const backupCommands = {
  back_up_now: command('Makes today’s backup, or makes it anew.', BackUpNow, backUpNow),
  list_backups: command('The backups that are kept, newest first.', ListBackups, listBackups),
  restore_backup: command(
    'Brings back what a backup holds and this device has lost; later edits stay.',
    RestoreBackup,
    restoreBackup,
  ),
};
