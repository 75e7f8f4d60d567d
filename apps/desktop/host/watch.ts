/**
 * `mhb watch`: keeps syncing until it is told to stop, and says on one line how it stands. The folder belongs to one
 * process at a time (rule O6), so it steps aside for every other command there, and syncs what that one wrote.
 */
import { failureText, type LoopState, type UnlockWith } from '@mhb/device';
import type { Command } from 'commander';
import { createAskToUnlock } from './ask-to-unlock.ts';
import { folderText } from './folder-text.ts';
import { openHostedDevice } from './open-device.ts';
import { stayInFolder, wakeIn } from './stay-in-folder.ts';
import { untilAskedToStop } from './until-stopped.ts';
import { fail } from './use-device.ts';

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
  const failure = await stayInFolder({
    dataDir,
    stopped,
    open: ({ isFirst }) =>
      openHostedDevice({
        dataDir,
        unlockWith,
        patient: isFirst,
        ...(isFirst ? { askToUnlock: createAskToUnlock() } : {}),
      }),
    whileOpen: async ({ device, unlockedWith }, left) => {
      unlockWith = unlockedWith;
      // A sync that comes and goes is no news.
      const onState = (state: LoopState): void => {
        if (state !== 'syncing') say(words[state]);
      };
      const stop = device.startSync({ wakeIn, onState });
      await left;
      stop();
    },
  });
  if (failure === undefined) {
    say('stopped');
    return;
  }
  const message = folderText(failure, dataDir) ?? failureText(failure);
  fail({ error: { ...failure, message } }, message);
};
