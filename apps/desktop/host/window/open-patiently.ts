/**
 * Opens the folder of a program that people look at: it asks others to step aside a moment at a time, because waiting
 * for a lock holds up everything else, and goes on trying after it has said that the folder is in use.
 */
import type { openHostedDevice } from '../open-device.ts';
import type { DataFolderFailure, Failure } from '@mhb/device';
import { pause } from '../stay-in-folder.ts';

/** Longer than a program that stays open takes to see that it is asked. */
const PATIENCE_MS = 250;
/** Shorter than such a program stays aside. */
const BETWEEN_MS = 100;
const TRIES_BEFORE_SAYING = 30;
const LATER_MS = 1_000;

type Opened = Awaited<ReturnType<typeof openHostedDevice>>;

export const openPatiently = async ({
  stopped,
  open,
  onInUse,
}: {
  readonly stopped: AbortSignal;
  readonly open: (patience: { readonly patient: true; readonly patienceMs: number }) => Promise<Opened>;
  readonly onInUse: (failure: DataFolderFailure | Failure) => void;
}): Promise<Opened> => {
  for (let tries = 1; ; tries += 1) {
    const opened = await open({ patient: true, patienceMs: PATIENCE_MS });
    if (opened.ok || opened.error.type !== 'FolderInUse' || stopped.aborted) return opened;
    if (tries === TRIES_BEFORE_SAYING) onInUse(opened.error);
    await pause(tries < TRIES_BEFORE_SAYING ? BETWEEN_MS : LATER_MS, stopped);
  }
};
