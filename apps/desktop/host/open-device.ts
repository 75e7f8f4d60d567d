/** Opens the device of a data folder with this machine's clock, randomness, zone, network and key store. */
import { err, ok, type Result, TimeZone } from '@mhb/core-domain';
import {
  connectSyncApi,
  type DataFolderFailure,
  type Device,
  type Failure,
  openDataFolder,
  openDevice,
  type Progress,
} from '@mhb/device';
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openSecretStore } from './key-store.ts';

/** Where the data is unless the person says otherwise. */
export const defaultDataFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'mental-health-bar');

export interface HostedDevice {
  readonly device: Device;
  /** Closes the device and lets the next process into the folder. */
  readonly close: () => void;
}

export const openHostedDevice = async (
  dataDir: string,
  onProgress: (progress: Progress) => void,
): Promise<Result<HostedDevice, DataFolderFailure | Failure>> => {
  // Whatever is made from here on is this person's alone.
  process.umask(0o077);
  const folder = openDataFolder(dataDir);
  if (!folder.ok) return folder;
  const device = await openDevice({
    databasePath: folder.value.databasePath,
    clock: { nowMs: () => Date.now() },
    timeZone,
    randomBytes: (length) => randomBytes(length),
    connect: connectSyncApi,
    temporaryFolder: dataDir,
    backupFolder: join(dataDir, 'backups'),
    openSecrets: (deviceId) => openSecretStore({ dataDir, deviceId }),
    onProgress,
  });
  if (!device.ok) {
    folder.value.release();
    return err(device.error);
  }
  return ok({
    device: device.value,
    close: () => {
      device.value.close();
      folder.value.release();
    },
  });
};

/** The zone the machine is set to; one that is not known counts as UTC. */
const timeZone = (): TimeZone =>
  TimeZone.safeParse(Intl.DateTimeFormat().resolvedOptions().timeZone).data ?? TimeZone.parse('UTC');
