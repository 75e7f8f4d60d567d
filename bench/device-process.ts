/**
 * One job of one real device, in a process of its own: opens the data folder as the app does, runs the command, and
 * prints how long the command took and the most memory this process held until then.
 */
import type { Device } from '@mhb/device';
import { callDevice, openBenchDevice, wordsAsked } from './bench-device.ts';
import { peakMb } from './peak-memory.ts';

export type DeviceJob =
  | { readonly name: 'import'; readonly dataDir: string; readonly file: string }
  | { readonly name: 'upload'; readonly dataDir: string; readonly url: string; readonly apiKey: string }
  | {
      readonly name: 'download';
      readonly dataDir: string;
      readonly url: string;
      readonly apiKey: string;
      readonly phrase: string;
    };

export interface DeviceResult {
  readonly ms: number;
  readonly peakMb: number | null;
  /** Records that were imported, uploaded or downloaded. */
  readonly records: number;
  /** Of a new account. */
  readonly phrase: string | null;
}

interface Done {
  readonly ms: number;
  readonly records: number;
  readonly phrase?: string;
}

const run = async (job: DeviceJob): Promise<DeviceResult> => {
  const { device, close } = await openBenchDevice(job.dataDir);
  const { phrase = null, ...done } = await perform(device, job);
  const result = { ...done, phrase, peakMb: peakMb('self') ?? null };
  close();
  return result;
};

const perform = async (device: Device, job: DeviceJob): Promise<Done> => {
  if (job.name === 'import') {
    const { ms, value } = await timed<{ changed: number }>(device, 'import_original', { file: job.file });
    return { ms, records: value.changed };
  }
  const account = { url: job.url, api_key: job.apiKey };
  if (job.name === 'download') {
    const { ms, value } = await timed<Started>(device, 'enable_sync', {
      ...account,
      recovery_phrase: job.phrase,
    });
    return { ms, records: finished(value).downloaded };
  }
  // Showing the phrase takes as long as the person; what follows their two words is the first upload.
  const { value: shown } = await timed<Shown>(device, 'enable_sync', account);
  const words = wordsAsked(shown);
  const { ms, value } = await timed<Started>(device, 'confirm_recovery_phrase', { words });
  return { ms, records: finished(value).uploaded, phrase: shown.recovery_phrase };
};

const timed = async <Value>(device: Device, name: string, input: unknown) => {
  const begunAt = performance.now();
  const value = await callDevice<Value>(device, name, input);
  return { ms: performance.now() - begunAt, value };
};

interface Shown {
  readonly recovery_phrase: string;
  readonly confirm_positions: readonly number[];
}

interface FirstSync {
  readonly uploaded: number;
  readonly downloaded: number;
  readonly pending: number;
  readonly quarantined: number;
}

interface Started {
  readonly first_sync: FirstSync | null;
  readonly first_sync_failure: string | null;
}

const finished = ({ first_sync, first_sync_failure }: Started): FirstSync => {
  if (first_sync === null) throw new Error(`the first sync failed: ${String(first_sync_failure)}`);
  if (first_sync.pending > 0 || first_sync.quarantined > 0)
    throw new Error('the first sync left something over');
  return first_sync;
};

const job = JSON.parse(process.argv[2] ?? '') as DeviceJob;
process.stdout.write(JSON.stringify(await run(job)));
