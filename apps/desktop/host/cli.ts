/**
 * `mhb` on the command line: JSON on standard output, words for people on standard error, exit code 0 or 1.
 */
import { Command, CommanderError } from 'commander';
import { addBackupCommands } from './backup-commands.ts';
import { addCallCommands } from './call-commands.ts';
import { addDeviceCommands } from './device-commands.ts';
import { addLockCommands } from './lock-commands.ts';
import { desktopNotifier } from './notify.ts';
import { defaultDataFolder } from './open-device.ts';
import { remindNow } from './remind.ts';
import { addTransferCommands } from './transfer-commands.ts';
import { addWatchCommand } from './watch.ts';
import { endWithReader } from './readers.ts';
import { addOpenCommand } from './window/open-command.ts';
import { type GlobalOptions, useDevice } from './use-device.ts';

const program = new Command('mhb')
  .description('Mental Health Bar: follow your own mental health, privately.')
  .option('--data-dir <folder>', 'where your entries are kept', defaultDataFolder())
  .option('--progress', 'show progress from the first moment, not only of what takes longer than a second')
  .showHelpAfterError('Run mhb --help for what can be done.')
  .exitOverride();

const deps = useDevice(() => program.opts<GlobalOptions>());
const { withDevice, answer, print } = deps;

addCallCommands(program, deps);
addTransferCommands(program, deps);
addBackupCommands(program, deps);

program
  .command('sync')
  .description('bring this device and the sync service to the same state')
  .action(async () => {
    await withDevice((device) => answer(device, 'sync_now', {}));
  });

program
  .command('verify')
  .description('sync, and prove that this device and the sync service hold the same')
  .action(async () => {
    await withDevice((device) =>
      answer(device, 'verify_sync', {}, (value) => (value as { readonly sentence: string }).sentence),
    );
  });

program
  .command('status')
  .description('say whether sync is on, and how it stands')
  .action(async () => {
    await withDevice((device) => answer(device, 'get_sync_status', {}));
  });

program
  .command('remind')
  .description('show the reminders that are due now; for a timer that calls it while no window is open')
  .action(async () => {
    await withDevice(async ({ device }) => {
      print({ value: await remindNow(device, desktopNotifier()) });
    });
  });

addOpenCommand(program, () => program.opts<GlobalOptions>().dataDir);
addWatchCommand(program, () => program.opts<GlobalOptions>().dataDir);
addDeviceCommands(program, deps);
addLockCommands(program, deps);

endWithReader();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 1;
}
