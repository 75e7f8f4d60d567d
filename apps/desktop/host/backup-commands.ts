/** `mhb backup`: making one now, which there are, and bringing back what one holds. */
import type { Command } from 'commander';
import type { DeviceCommandDeps } from './use-device.ts';

export const addBackupCommands = (program: Command, { withDevice, answer }: DeviceCommandDeps): void => {
  const backup = program
    .command('backup')
    .description('make a backup now, list the backups, or restore one')
    .addHelpText(
      'after',
      [
        '',
        'A backup is made by itself once a day. Those of the last seven days are kept, and one a week for four',
        'weeks before them. They lie in the folder "backups" beside your entries.',
      ].join('\n'),
    );
  backup
    .command('now')
    .description('make today’s backup, or make it anew')
    .action(() => withDevice((device) => answer(device, 'back_up_now', {})));
  backup
    .command('list')
    .description('list the backups that are kept, newest first')
    .action(() => withDevice((device) => answer(device, 'list_backups', {})));
  backup
    .command('restore')
    .description('bring back what a backup holds and this device has lost; later edits and deletions stay')
    .argument('<file>', 'the path of the backup, as `mhb backup list` prints it')
    .addHelpText(
      'after',
      [
        '',
        'The answer counts the records: read = changed + unchanged + skipped. Restoring again does no harm.',
        '',
        'A backup that was made under another passphrase than today’s is restored with',
        '  mhb call restore_backup \'{"file": …, "passphrase": …}\'     or "recovery_key" instead of "passphrase"',
      ].join('\n'),
    )
    .action((file: string) => withDevice((device) => answer(device, 'restore_backup', { file })));
};
