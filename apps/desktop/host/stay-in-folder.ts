/**
 * Keeps a device open until it is told to stop. The folder belongs to one process at a time (rule O6), so it steps
 * aside for every other command there, and comes back when that one is done.
 *
 *   opening ──► open ──another command waits──► aside ──► opening …
 */
import type { Result } from '@mhb/core-domain';
import { type DataFolderFailure, type Failure, isFolderWanted } from '@mhb/device';
import { setTimeout as wait } from 'node:timers/promises';
import type { HostedDevice } from './open-device.ts';

/** How soon a command that waits gets the folder; it waits ten seconds itself. */
const LOOK_MS = 100;
/** Longer than a command that waits takes to look again. */
const ASIDE_MS = 300;

export interface Staying {
  readonly dataDir: string;
  readonly stopped: AbortSignal;
  readonly open: (opening: {
    readonly isFirst: boolean;
  }) => Promise<Result<HostedDevice, DataFolderFailure | Failure>>;
  /** What is done while it is open. It is closed once this resolves, which it does soon after `left`. */
  readonly whileOpen: (hosted: HostedDevice, left: Promise<void>) => Promise<void>;
}

/** Why it could not be opened, or `undefined` once it was told to stop. */
export const stayInFolder = async ({
  dataDir,
  stopped,
  open,
  whileOpen,
}: Staying): Promise<DataFolderFailure | Failure | undefined> => {
  let isFirst = true;
  while (!stopped.aborted) {
    const opened = await open({ isFirst });
    // Another command may still be at work.
    if (!opened.ok && (isFirst || opened.error.type !== 'FolderInUse')) return opened.error;
    if (opened.ok) {
      isFirst = false;
      try {
        await whileOpen(opened.value, untilWanted(dataDir, stopped));
      } finally {
        opened.value.close();
      }
    }
    await pause(ASIDE_MS, stopped);
  }
  return undefined;
};

const untilWanted = async (dataDir: string, stopped: AbortSignal): Promise<void> => {
  while (!stopped.aborted && !isFolderWanted(dataDir)) await pause(LOOK_MS, stopped);
};

/** Ends sooner where it is told to stop. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined);

/** For loops that are woken: after so long, or never where that is cancelled. */
export const wakeIn = (ms: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
};
