/**
 * `npm start`: opens the app, if asked with a sync service of one's own beside it, or with two devices side by side
 * that share a sample history and change together.
 */
import { Command } from 'commander';
import { join } from 'node:path';
import { defaultDataFolder } from '../apps/desktop/host/open-device.ts';
import { CommandFailed, openApp, type RunningService, run, say, startService } from './commands.ts';
import { runToEnd } from './run-to-end.ts';
import { openState } from './state.ts';
import { type Stopping, whenAskedToStop } from './stopping.ts';
import { deviceA, deviceB, SAMPLE, serviceFolder, walk } from './walk.ts';

interface Options {
  readonly dataDir?: string;
  readonly service?: true;
  readonly demo?: true;
  readonly window: boolean;
}

const readOptions = (): Options =>
  new Command('npm start --')
    .description('Opens Mental Health Bar.')
    .option('--data-dir <folder>', 'where your entries are kept; for --demo, where everything of it is kept')
    .option('--service', 'also run a sync service on this computer, with a Postgres of its own')
    .option('--demo', 'show two devices side by side, with a sample history, in step with each other')
    .option('--no-window', 'print links for a browser of this computer instead of opening windows')
    .addHelpText(
      'after',
      [
        '',
        `Without --data-dir your entries are kept in ${defaultDataFolder()},`,
        'and those of --demo in demonstration-data. The service keeps its data beside yours, in a folder of the same',
        'name with “-service” at its end.',
        'npm run walk shows the same as --demo on the command line; npx mhb --help has everything else.',
      ].join('\n'),
    )
    .exitOverride()
    .parse()
    .opts<Options>();

const start = async ({ dataDir: given, service, demo, window }: Options): Promise<void> => {
  const dataDir = given ?? (demo ? 'demonstration-data' : defaultDataFolder());
  const stopping = whenAskedToStop();
  const flags = window ? [] : ['--no-window'];
  if (demo) await showTwo(dataDir, flags, stopping);
  else if (service) await withService(`${dataDir}-service`, stopping, () => open(dataDir, flags, stopping));
  else await open(dataDir, flags, stopping);
};

const open = async (dataDir: string, flags: readonly string[], { onStop }: Stopping): Promise<void> => {
  const app = openApp(['--data-dir', dataDir, 'open', ...flags]);
  onStop(app.stop);
  if ((await app.ended) !== 0) throw new CommandFailed('The app did not end as it should.');
};

/** Its address and its key are shown once; with both, sync is turned on in Settings. */
const withService = async (folder: string, stopping: Stopping, use: () => Promise<void>): Promise<void> => {
  const state = await openState(folder);
  const service = await startIn(folder, state.read().port);
  stopping.onStop(service.stop);
  try {
    const place = ['--data-dir', serviceFolder(folder)];
    const accounts: unknown = JSON.parse(await run('mhb-sync', ['accounts', 'list', ...place]));
    if (Array.isArray(accounts) && accounts.length === 0) {
      const made = JSON.parse(await run('mhb-sync', ['accounts', 'create', ...place])) as { api_key: string };
      say(`\nTo turn sync on, give these in Settings. The key is shown only now:\n\n   ${service.url}`);
      say(`   ${made.api_key}\n`);
    }
    await use();
  } finally {
    service.stop();
    await service.ended;
  }
};

const startIn = (folder: string, port: number): Promise<RunningService> =>
  startService(['--data-dir', serviceFolder(folder), '--port', String(port)], join(folder, 'service.log'));

const showTwo = async (folder: string, flags: readonly string[], stopping: Stopping): Promise<void> => {
  const state = await openState(folder);
  say('Two devices share a sample history through a sync service that cannot read it.\n');
  say('1. The sync service starts, with its own Postgres.');
  const service = await startIn(folder, state.read().port);
  stopping.onStop(service.stop);
  try {
    await walk({ folder, url: service.url, state, history: SAMPLE });
    say(`\n6. Both open, side by side. What is entered in one shows in the other; Ctrl-C ends them.\n`);
    const windows = [
      { device: deviceA(folder), side: 'left' },
      { device: deviceB(folder), side: 'right' },
    ].map(({ device, side }) =>
      openApp(['--data-dir', device, 'open', '--place', side, ...flags], (line) => {
        say(`   ${side}: ${line}`);
      }),
    );
    for (const { stop } of windows) stopping.onStop(stop);
    await Promise.all(windows.map(({ ended }) => ended));
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    say('Stopped before the end. Started again, it goes on from here.');
  } finally {
    service.stop();
    await service.ended;
  }
};

await runToEnd(() => start(readOptions()));
