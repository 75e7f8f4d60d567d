/**
 * `npm run walk`: starts the sync service and walks a sample history through it, from the earlier app to two devices
 * that hold the same. Then it stays up, so that the devices can be used. Started again, it goes on from there.
 */
import { Command } from 'commander';
import { join } from 'node:path';
import { CommandFailed, type RunningService, say, startService } from './commands.ts';
import { runToEnd } from './run-to-end.ts';
import { openState } from './state.ts';
import { deviceA, deviceB, SAMPLE, serviceFolder, walk } from './walk.ts';

const readFolder = (): string => {
  const program = new Command('npm run walk --')
    .description('Walks a sample history through the sync service to two devices, and stays up.')
    .option(
      '--data-dir <folder>',
      'where the service and the two devices keep their data',
      'demonstration-data',
    )
    .exitOverride()
    .parse();
  return program.opts<{ dataDir: string }>().dataDir;
};

const sayWhatNow = (folder: string, { url }: RunningService): void => {
  say(`The service stays up at ${url}; Ctrl-C stops it. In another terminal, try:\n`);
  say(
    `   npx mhb --data-dir ${deviceA(folder)} call log_mood '{"mood_rating": 5, "notes": "A walk helped"}'`,
  );
  say(`   npx mhb --data-dir ${deviceA(folder)} sync`);
  say(`   npx mhb --data-dir ${deviceB(folder)} sync`);
  say(`   npx mhb --data-dir ${deviceB(folder)} call get_mood_history '{"limit": 3}'`);
  say(`   npx mhb commands`);
  say(`   npx mhb-sync --help\n`);
};

const start = async (folder: string): Promise<void> => {
  const state = await openState(folder);
  say(
    'Mental Health Bar: a history goes from the earlier app into one device and, sealed, to a second one.\n',
  );
  say('1. The sync service starts, with its own Postgres. It keeps records that it cannot read.');
  const options = ['--data-dir', serviceFolder(folder), '--port', String(state.read().port)];
  const service = await startService(options, join(folder, 'service.log'));
  const stopping = new AbortController();
  // Ctrl-C reaches the service by itself; a signal to this process alone is handed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping.abort();
      service.stop();
    });
  }
  try {
    await walk({ folder, url: service.url, state, history: SAMPLE });
    sayWhatNow(folder, service);
    await service.ended;
    if (!stopping.signal.aborted)
      throw new CommandFailed(`The service has ended by itself. ${folder}/service.log says why.`);
    say('The service has stopped.');
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    say('Stopped before the end. Started again, it goes on from here.');
  } finally {
    service.stop();
    await service.ended;
  }
};

await runToEnd(() => start(readFolder()));
