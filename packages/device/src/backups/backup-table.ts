/** The backup commands by name. */
import { command } from '../command.ts';
import { BackupMade, BackUpNow, backUpNow, Backups, ListBackups, listBackups } from './back-up.ts';
import { RestoreBackup, restoreBackup, Restored } from './restore-backup.ts';
import { Vacuum, vacuum, Vacuumed } from './vacuum.ts';

export const backupCommands = {
  back_up_now: command(
    'Makes today’s backup, or makes it anew.',
    { input: BackUpNow, answer: BackupMade },
    backUpNow,
  ),
  list_backups: command(
    'The backups that are kept, newest first.',
    { input: ListBackups, answer: Backups },
    listBackups,
  ),
  restore_backup: command(
    'Brings back what a backup holds and this device has lost; later edits stay.',
    { input: RestoreBackup, answer: Restored },
    restoreBackup,
  ),
  vacuum: command(
    'Makes the data file as small as what is in it.',
    { input: Vacuum, answer: Vacuumed },
    vacuum,
  ),
};
