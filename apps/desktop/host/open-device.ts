/** Opens the device of a data folder with this machine's clock, randomness, zone, network and key store. */
import { err, ok, type Result, TimeZone } from '@mhb/core-domain';
import {
  connectSyncApi,
  type DataFolderFailure,
  type Device,
  type Failure,
  type NotOpened,
  openDataFolder,
  openDevice,
  type PassphraseCost,
  type Progress,
  type UnlockWith,
} from '@mhb/device';
import { randomBytes } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { databaseKeyChain } from './database-key-chain.ts';
import { openSecretStore } from './key-store.ts';

/** Where the data is unless the person says otherwise. */
export const defaultDataFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'mental-health-bar');

export interface HostedDevice {
  readonly device: Device;
  /** What the person gave to open it, where they were asked. */
  readonly unlockedWith?: UnlockWith | undefined;
  /** Closes the device and lets the next process into the folder. */
  readonly close: () => void;
}

export interface Opening {
  readonly dataDir: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Asks the person for what unlocks encrypted entries; `undefined` where they give nothing. */
  readonly askToUnlock?: (locked: NotOpened) => Promise<UnlockWith | undefined>;
  /** What opened it before, so that nobody is asked again. */
  readonly unlockWith?: UnlockWith | undefined;
  /** Whether to wait for another command in the folder, and to ask one that stays open to step aside. */
  readonly patient?: boolean;
  /** For how long, where the ten seconds of a command are too many for a program that has others waiting. */
  readonly patienceMs?: number;
  /** This computer's clock, unless a test moves one. */
  readonly nowMs?: () => number;
  /** What Argon2id costs; measured on this computer unless it is given. */
  readonly passphraseCost?: PassphraseCost;
}

export const openHostedDevice = async ({
  dataDir,
  onProgress = () => undefined,
  askToUnlock = () => Promise.resolve(undefined),
  unlockWith: opensWith,
  patient = true,
  patienceMs,
  nowMs = () => Date.now(),
  passphraseCost,
}: Opening): Promise<Result<HostedDevice, DataFolderFailure | Failure>> => {
  // Whatever is made from here on is this person's alone.
  process.umask(0o077);
  const folder = openDataFolder(dataDir, { patient, patienceMs });
  if (!folder.ok) return folder;
  const keyChain = databaseKeyChain();
  const open = (unlockWith?: UnlockWith) =>
    openDevice({
      databasePath: folder.value.databasePath,
      clock: { nowMs },
      timeZone,
      randomBytes: (length) => randomBytes(length),
      connect: connectSyncApi,
      deviceName: hostname,
      temporaryFolder: dataDir,
      backupFolder: join(dataDir, 'backups'),
      openSecrets: (deviceId, codec) => openSecretStore({ dataDir, deviceId, codec }),
      onProgress,
      encryption: { lockPath: join(dataDir, 'lock.json'), unlockWith, keyChain, passphraseCost },
    });
  let unlockedWith = opensWith;
  let device = await open(opensWith);
  while (!device.ok && mayTryAgain.includes(device.error.type)) {
    unlockedWith = await askToUnlock(device.error);
    if (unlockedWith === undefined) break;
    device = await open(unlockedWith);
  }
  if (!device.ok) {
    folder.value.release();
    return err(device.error);
  }
  return ok({
    device: device.value,
    unlockedWith,
    close: () => {
      device.value.close();
      folder.value.release();
    },
  });
};

const mayTryAgain: readonly string[] = [
  'Locked',
  'InvalidRecoveryKey',
  'KeyChainLocked',
  'TooManyAttempts',
  'WrongPassphrase',
  'WrongRecoveryKey',
];

/** Whether it opens once a person gives the right words. */
export const isLocked = ({ type }: Failure | DataFolderFailure): boolean =>
  mayTryAgain.includes(type) || type === 'LockDamaged';

/** The zone the machine is set to; one that is not known counts as UTC. */
const timeZone = (): TimeZone =>
  TimeZone.safeParse(Intl.DateTimeFormat().resolvedOptions().timeZone).data ?? TimeZone.parse('UTC');
