/**
 * `mhb watch`: keeps syncing until it is told to stop, and says on one line how it stands. The folder belongs to one
 * process at a time (rule O6), so it steps aside for every other command there, and syncs what that one wrote.
 */
import { failureText, isFolderWanted, type LoopState, type UnlockWith } from '@mhb/device';
import type { Command } from 'commander';
import { setTimeout as wait } from 'node:timers/promises';
import { createAskToUnlock } from './ask-to-unlock.ts';
import { folderText } from './folder-text.ts';
import { type HostedDevice, openHostedDevice } from './open-device.ts';
import { fail } from './use-device.ts';

/** How soon a command that waits gets the folder; it waits ten seconds itself. */
const LOOK_MS = 100;
/** Longer than a command that waits takes to look again. */
const ASIDE_MS = 300;

const words: Readonly<Record<LoopState, string>> = {
  syncing: 'syncing',
  listening: 'in step; changes come at once',
  polling: 'in step; asking every five minutes',
  'backing off': 'the service cannot be reached; entries wait here',
  halted: 'not syncing; mhb status says why',
};

export const addWatchCommand = (program: Command, dataDir: () => string): void => {
  program
    .command('watch')
    .description(
      'keep this device in step with the sync service until Ctrl-C; other commands can be run meanwhile',
    )
    .action(() => watch(dataDir(), untilAskedToStop()));
};

const watch = async (dataDir: string, stopped: AbortSignal): Promise<void> => {
  let said = '';
  const say = (text: string): void => {
    if (text !== said) process.stderr.write(`mhb: ${text}\n`);
    said = text;
  };
  let unlockWith: UnlockWith | undefined;
  let hasOpened = false;
  while (!stopped.aborted) {
    const opened = await openHostedDevice({
      dataDir,
      unlockWith,
      patient: !hasOpened,
      ...(hasOpened ? {} : { askToUnlock: createAskToUnlock() }),
    });
    if (!opened.ok) {
      // Another command is still at work.
      if (hasOpened && opened.error.type === 'FolderInUse') {
        await wait(ASIDE_MS);
        continue;
      }
      const message = folderText(opened.error, dataDir) ?? failureText(opened.error);
      fail({ error: { ...opened.error, message } }, message);
      return;
    }
    hasOpened = true;
    unlockWith = opened.value.unlockedWith;
    await syncUntilWanted(opened.value, { dataDir, stopped, say });
    await wait(ASIDE_MS, undefined, { signal: stopped }).catch(() => undefined);
  }
  say('stopped');
};

interface Watching {
  readonly dataDir: string;
  readonly stopped: AbortSignal;
  readonly say: (text: string) => void;
}

const syncUntilWanted = async (
  { device, close }: HostedDevice,
  { dataDir, stopped, say }: Watching,
): Promise<void> => {
  const stop = device.startSync({
    wakeIn: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    onState: (state) => {
      // A sync that comes and goes is no news.
      if (state !== 'syncing') say(words[state]);
    },
  });
  try {
    while (!stopped.aborted && !isFolderWanted(dataDir))
      await wait(LOOK_MS, undefined, { signal: stopped }).catch(() => undefined);
  } finally {
    stop();
    close();
  }
};

/** A second one ends it at once, as it would any program. */
const untilAskedToStop = (): AbortSignal => {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      asked.abort();
    });
  return asked.signal;
};
