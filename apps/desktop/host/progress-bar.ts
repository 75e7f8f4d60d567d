/**
 * Shows a long job on a terminal. What takes less than a second shows nothing, unless it is asked for; a pipe is
 * shown nothing at all.
 */
import type { Progress } from '@mhb/device';
import { Presets, SingleBar } from 'cli-progress';

const SHOWN_AFTER_MS = 1_000;

const labels: Record<Progress['step'], string> = {
  copy: 'Copying',
  import: 'Importing',
  download: 'Downloading',
  upload: 'Uploading',
  're-seal': 'Sealing anew',
  merge: 'Merging',
  erase: 'Erasing',
  restore: 'Restoring',
  encrypt: 'Encrypting',
  export: 'Exporting',
};

export interface ProgressBar {
  readonly onProgress: (progress: Progress) => void;
  readonly stop: () => void;
}

export const createProgressBar = (
  { nowMs, fromTheStart }: { readonly nowMs: () => number; readonly fromTheStart: boolean },
  stream: NodeJS.WriteStream = process.stderr,
): ProgressBar => {
  const startedAt = nowMs();
  let shown: { readonly step: Progress['step']; readonly bar: SingleBar } | undefined;

  const stop = (): void => {
    shown?.bar.stop();
    shown = undefined;
  };
  return {
    onProgress: ({ step, done, total }) => {
      if (!stream.isTTY || (!fromTheStart && nowMs() - startedAt < SHOWN_AFTER_MS)) return;
      if (shown?.step !== step) {
        stop();
        const format = `${labels[step]} {bar} {percentage}% | {value} of {total}`;
        shown = { step, bar: new SingleBar({ format, stream, hideCursor: true }, Presets.shades_classic) };
        shown.bar.start(total, done);
      }
      shown.bar.setTotal(total);
      shown.bar.update(done);
    },
    stop,
  };
};
