/**
 * `mhb` on the command line: JSON on standard output, words for people on standard error, exit code 0 or 1.
 */
import { commandTable, failureText } from '@mhb/device';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { createAskToUnlock } from './ask-to-unlock.ts';
import { folderText } from './folder-text.ts';
import { addLockCommands } from './lock-commands.ts';
import { desktopNotifier } from './notify.ts';
import { defaultDataFolder, type HostedDevice, openHostedDevice } from './open-device.ts';
import { createProgressBar } from './progress-bar.ts';
import { remindNow } from './remind.ts';

const program = new Command('mhb')
  .description('Mental Health Bar: follow your own mental health, privately.')
  .option('--data-dir <folder>', 'where your entries are kept', defaultDataFolder())
  .option('--progress', 'show progress from the first moment, not only of what takes longer than a second')
  .showHelpAfterError('Run mhb --help for what can be done.')
  .exitOverride();

program
  .command('call')
  .description('run one command and print its answer as JSON; `mhb commands` lists them')
  .argument('<command>', 'its name, such as log_mood')
  .argument('[json]', 'its input as one JSON object', '{}')
  .addHelpText('after', '\nExample:\n  mhb call log_mood \'{"mood_rating": 5, "notes": "A walk helped"}\'')
  .action(async (name: string, json: string) => {
    await withDevice((device) => answer(device, name, readJson(json)));
  });

program
  .command('commands')
  .description('list every command with its description and the shape of its input')
  .action(() => {
    print(
      Object.entries(commandTable).map(([name, { description, input }]) => ({
        name,
        description,
        input: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
      })),
    );
  });

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

const exporting = program.command('export').description('write your entries out');
exporting
  .command('json')
  .description('print everything as one JSON document')
  .action(async () => {
    await withDevice(({ device }) => {
      process.stdout.write(`${device.exportJson()}\n`);
      return Promise.resolve();
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

program
  .command('sync')
  .description('bring this device and the sync service to the same state')
  .action(async () => {
    await withDevice((device) => answer(device, 'sync_now', {}));
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

interface DaylioOptions {
  readonly dryRun?: boolean;
  readonly mood?: readonly string[];
  readonly group?: string;
}

const withDevice = async (use: (device: HostedDevice) => Promise<void>): Promise<void> => {
  const { dataDir, progress: fromTheStart = false } = program.opts<{ dataDir: string; progress?: true }>();
  const progress = createProgressBar({ nowMs: () => performance.now(), fromTheStart });
  const opened = await openHostedDevice({
    dataDir,
    onProgress: progress.onProgress,
    askToUnlock: createAskToUnlock(),
  });
  if (!opened.ok) {
    const message = folderText(opened.error, dataDir) ?? failureText(opened.error);
    fail({ error: { ...opened.error, message } }, message);
    return;
  }
  try {
    await use(opened.value);
  } finally {
    progress.stop();
    opened.value.close();
  }
};

const answer = async ({ device }: HostedDevice, name: string, input: unknown): Promise<void> => {
  const given = input === undefined ? undefined : await device.call(name, input);
  if (given === undefined) {
    const message = failureText({ type: 'InvalidJson' });
    fail({ error: { type: 'InvalidJson', message } }, message);
  } else if ('error' in given) {
    fail(given, given.error.message);
  } else {
    print(given);
  }
};

/** `undefined` for what is not JSON. */
const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

const fail = (value: unknown, message: string): void => {
  print(value);
  process.stderr.write(`mhb: ${message}\n`);
  process.exitCode = 1;
};

addLockCommands(program, { withDevice, answer });

// Who pipes into `head` has read enough. What was answered is on the disk.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 1;
}
