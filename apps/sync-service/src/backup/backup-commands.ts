/** `mhb-sync backup` and `mhb-sync restore`. */
import type { Command } from 'commander';
import { backUp } from './backup.ts';
import { answer, DATA_DIR, type Place, say } from '../command-line.ts';
import { restore } from './restore.ts';

export const addBackupCommands = (program: Command): void => {
  program
    .command('backup')
    .description('write everything the service holds into one new file, as it is now; the service may run')
    .requiredOption('--to <file>', 'the file to make; keep it on another machine')
    .option(...DATA_DIR)
    .action((given: Place & { to: string }) =>
      answer(given, (deps) => backUp(deps, given.to, new Date(), everySecond('Written'))),
    );
  program
    .command('restore')
    .description('fill an empty service with a backup; devices bring back what is newer when they sync')
    .requiredOption('--from <file>', 'a file that backup has made')
    .option(...DATA_DIR)
    .action((given: Place & { from: string }) =>
      answer(given, async (deps) => {
        const restored = await restore(deps, given.from, everySecond('Read'));
        say('Keys that were revoked after the backup was made count again. Revoke them with keys revoke.');
        return restored;
      }),
    );
};

/** Says how far it has come, on what takes longer than a second. */
const everySecond = (done: string): ((rows: number) => void) => {
  let saidAt = performance.now();
  return (rows) => {
    if (performance.now() - saidAt < 1_000) return;
    saidAt = performance.now();
    say(`${done} so far: ${rows.toLocaleString('en')} rows.`);
  };
};
