/** `mhb import` and `mhb export`: bringing a history in, and writing everything out. */
import type { Command } from 'commander';
import type { DeviceCommandDeps } from './use-device.ts';

export const addTransferCommands = (program: Command, deps: DeviceCommandDeps): void => {
  addImportCommands(program, deps);
  addExportCommands(program, deps);
};

const addImportCommands = (program: Command, { withDevice, answer }: DeviceCommandDeps): void => {
  const importing = program.command('import').description('bring a history in');
  importing
    .command('original')
    .description('import the database file of the original app; it is copied first and never written to')
    .argument('<file>', 'the path of mental_health_tracker.db')
    .option(
      '--time-zone <zone>',
      'the zone the entries were made in, such as Europe/Berlin (default: the present one)',
    )
    .action(async (file: string, options: { readonly timeZone?: string }) => {
      const zone = options.timeZone === undefined ? {} : { time_zone: options.timeZone };
      await withDevice((device) => answer(device, 'import_original', { file, ...zone }));
    });

  importing
    .command('json')
    .description(
      'import a file that `mhb export json` wrote; it merges with what is here and undoes no later edit',
    )
    .argument('<file>', 'the path of the JSON file')
    .action(async (file: string) => {
      await withDevice((device) => answer(device, 'import_json', { file }));
    });

  importing
    .command('daylio')
    .description('import check-ins from the CSV export of Daylio; times are taken to be of the present zone')
    .argument('<file>', 'the path of the CSV file')
    .option('--dry-run', 'say what would happen, moods by name included, and write nothing')
    .option('--mood <name=rating...>', 'what a mood means from 1 to 7, such as "so-so=4"')
    .option('--group <name>', 'the group for activities that are not here yet (default: Daylio)')
    .action(async (file: string, options: DaylioOptions) => {
      const moods = (options.mood ?? []).map((pair) => ({
        mood: pair.slice(0, Math.max(pair.lastIndexOf('='), 0)),
        mood_rating: Number(pair.slice(pair.lastIndexOf('=') + 1)),
      }));
      const group = options.group === undefined ? {} : { group_name: options.group };
      await withDevice((device) =>
        answer(device, 'import_daylio', { file, moods, dry_run: options.dryRun ?? false, ...group }),
      );
    });
};

interface DaylioOptions {
  readonly dryRun?: boolean;
  readonly mood?: readonly string[];
  readonly group?: string;
}

const addExportCommands = (program: Command, { withDevice, answer }: DeviceCommandDeps): void => {
  const exporting = program.command('export').description('write your entries out');
  exporting
    .command('json')
    .description('print everything as one JSON document, or write it to a file')
    .option('--to <file>', 'the file to write, which only you can read')
    .option('--replace', 'write over a file that is there')
    .action(async ({ to, replace = false }: { readonly to?: string; readonly replace?: boolean }) => {
      await withDevice(async (device) => {
        if (to === undefined) process.stdout.write(`${device.device.exportJson()}\n`);
        else await answer(device, 'export_json', { to, replace });
      });
    });

  exporting
    .command('csv')
    .description(
      'write CSV files for a spreadsheet, one for each kind of entry; what is in the Trash is left out',
    )
    .requiredOption('--to <folder>', 'where the files go; it is made where there is none')
    .option('--replace', 'write over the files of an earlier export')
    .action(async ({ to, replace = false }: { readonly to: string; readonly replace?: boolean }) => {
      await withDevice((device) => answer(device, 'export_csv', { to, replace }));
    });
};
