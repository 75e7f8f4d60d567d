/** A real device in this process, opened as the app opens it. */
import { TimeZone } from '@mhb/core-domain';
import { connectSyncApi, type Device, openDataFolder, openDevice, secretFile } from '@mhb/device';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

export interface OpenedDevice {
  readonly device: Device;
  readonly close: () => void;
}

export const openBenchDevice = async (dataDir: string): Promise<OpenedDevice> => {
  process.umask(0o077);
  const folder = openDataFolder(dataDir);
  if (!folder.ok) throw new Error(`the folder did not open: ${folder.error.type}`);
  const device = await openDevice({
    databasePath: folder.value.databasePath,
    clock: { nowMs: () => Date.now() },
    timeZone: () => TimeZone.parse('Europe/Berlin'),
    randomBytes: (length) => randomBytes(length),
    connect: connectSyncApi,
    temporaryFolder: dataDir,
    backupFolder: join(dataDir, 'backups'),
    openSecrets: () => Promise.resolve(secretFile(folder.value.secretsPath)),
    onProgress: () => undefined,
  });
  if (!device.ok) throw new Error(`the device did not open: ${device.error.type}`);
  return {
    device: device.value,
    close: () => {
      device.value.close();
      folder.value.release();
    },
  };
};

/** Throws where a command is refused; what it answers is written in the command table, and here it is only read. */
export const callDevice = async <Value>(
  device: Device,
  name: string,
  input: unknown = {},
): Promise<Value> => {
  const answer = await device.call(name, input);
  if ('error' in answer) throw new Error(`${name} was refused: ${JSON.stringify(answer.error)}`);
  return answer.value as Value;
};

interface Shown {
  readonly recovery_phrase: string;
  readonly confirm_positions: readonly number[];
}

/** The two words that are asked back of a phrase. */
export const wordsAsked = ({
  recovery_phrase,
  confirm_positions,
}: Shown): Readonly<Record<string, string>> => {
  const words = recovery_phrase.split(' ');
  return Object.fromEntries(confirm_positions.map((place) => [String(place), words[place - 1] ?? '']));
};
