/**
 * One job of one real device, in a process of its own: opens the data folder as the app does, runs the command, and
 * prints how long the command took and the most memory this process held until then.
 */
import { TimeZone } from '@mhb/core-domain';
import { connectSyncApi, type Device, openDataFolder, openDevice, secretFile } from '@mhb/device';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
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
  process.umask(0o077);
  const folder = openDataFolder(job.dataDir);
  if (!folder.ok) throw new Error(`the folder did not open: ${folder.error.type}`);
  const device = await openDevice({
    databasePath: folder.value.databasePath,
    clock: { nowMs: () => Date.now() },
    timeZone: () => TimeZone.parse('Europe/Berlin'),
    randomBytes: (length) => randomBytes(length),
    connect: connectSyncApi,
    temporaryFolder: job.dataDir,
    backupFolder: join(job.dataDir, 'backups'),
    openSecrets: () => Promise.resolve(secretFile(folder.value.secretsPath)),
    onProgress: () => undefined,
  });
  if (!device.ok) throw new Error(`the device did not open: ${device.error.type}`);
  const { phrase = null, ...done } = await perform(device.value, job);
  const result = { ...done, phrase, peakMb: peakMb('self') ?? null };
  device.value.close();
  folder.value.release();
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
  const words = shown.recovery_phrase.split(' ');
  const asked = Object.fromEntries(shown.confirm_positions.map((place) => [place, words[place - 1]]));
  const { ms, value } = await timed<Started>(device, 'confirm_recovery_phrase', { words: asked });
  return { ms, records: finished(value).uploaded, phrase: shown.recovery_phrase };
};

const timed = async <Value>(device: Device, name: string, input: unknown) => {
  const begunAt = performance.now();
  const answer = await device.call(name, input);
  const ms = performance.now() - begunAt;
  if ('error' in answer) throw new Error(`${name} was refused: ${JSON.stringify(answer.error)}`);
  // What a command answers is written in the command table; here it is only read.
  return { ms, value: answer.value as Value };
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
