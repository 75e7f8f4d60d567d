/** `mhb` and `mhb open`: the app in its window. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { outliveReader } from '../readers.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import type { Place } from './windows.ts';

interface OpenOptions {
  readonly window: boolean;
  readonly port?: number;
  readonly background?: boolean;
  readonly place?: Place;
}

export const addOpenCommand = (program: Command, dataDir: () => string): void => {
  program
    .command('open', { isDefault: true })
    .description('open the app in its window; this is what mhb alone does')
    .option('--no-window', 'print a link for a browser of this computer instead')
    .option('--port <number>', 'where it listens, on this computer alone (default: any free one)', readPort)
    .option('--background', 'start without a window, for reminders and sync; mhb opens it later')
    .addOption(new Option('--place <side>', 'one half of the screen').choices(['left', 'right']).hideHelp())
    .addHelpText(
      'after',
      [
        '',
        'MHB_WINDOW chooses what shows the window: gjs, chromium, browser or none.',
        'Other commands can be run meanwhile: the app steps aside for them.',
      ].join('\n'),
    )
    .action(async ({ window, port, background = false, place }: OpenOptions) => {
      const stopped = untilAskedToStop();
      outliveReader();
      // The other commands start sooner without it.
      const { runWindow } = await import('./run-window.ts');
      await runWindow({
        dataDir: dataDir(),
        port,
        withoutWindow: !window,
        inBackground: background,
        place,
        environment: process.env,
        stopped,
        say: (line) => process.stdout.write(`${line}\n`),
      });
    });
};

const readPort = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Give a number from 1 to 65535.');
  return port;
};
