/** What the device needs from outside. Clock, randomness, network and disk arrive here, so a test can move them. */
import type { DeviceId } from '@mhb/core-domain/sync';
import type { TimeZone } from '@mhb/core-domain';
import type { ChangeFeed } from './changes/change-feed.ts';
import type { Database } from './database/sql.ts';
import type { Encryption } from './encryption/encryption.ts';
import type { Server } from './sync/ask-service.ts';
import type { SyncDoor } from './sync/sync-door.ts';
import type { SyncNotDone, SyncOutcome } from './sync/sync-once.ts';
import type { SyncApi } from './sync/sync-api.ts';
import type { SecretStore } from './vault/secrets.ts';

export interface ClockDep {
  readonly clock: { readonly nowMs: () => number };
}

export interface TimeZoneDep {
  /** The zone the person is in now. */
  readonly timeZone: () => TimeZone;
}

export interface DatabaseDep {
  readonly database: Database;
}

export interface DeviceIdDep {
  readonly deviceId: DeviceId;
}

export interface NewIdDep {
  /** A new UUIDv7. */
  readonly newId: () => string;
}

export interface RandomDep {
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface DeviceNameDep {
  /** What a new device is called until its person calls it something else, such as the name of the computer. */
  readonly deviceName?: (() => string) | undefined;
}

export interface ChangeFeedDep {
  readonly changeFeed: ChangeFeed;
}

export interface SecretsDep {
  readonly secrets: SecretStore;
}

export interface SyncApiDep {
  readonly connect: (server: Server) => SyncApi;
}

export interface SyncDoorDep {
  readonly syncDoor: SyncDoor<SyncOutcome, SyncNotDone>;
}

/** One step of a job that may take longer than a second. */
export interface Progress {
  readonly step:
    | 'copy'
    | 'import'
    | 'download'
    | 'upload'
    | 're-seal'
    | 'merge'
    | 'erase'
    | 'restore'
    | 'encrypt'
    | 'export';
  readonly done: number;
  /** How much there is in all, as far as it is known. */
  readonly total: number;
}

export interface ProgressDep {
  readonly onProgress: (progress: Progress) => void;
}

/** What writing through the door for local changes needs. */
export type LocalChangeDeps = ClockDep & DeviceIdDep & ChangeFeedDep;

export interface TemporaryFolderDep {
  /** Where copies of what is being imported may be put for a moment; as private as the data itself. */
  readonly temporaryFolder: string;
}

export interface BackupFolderDep {
  /** Where backups are kept; made with the first one. */
  readonly backupFolder: string;
}

export interface EncryptionDep {
  readonly encryption: Encryption;
}

export type DeviceDeps = LocalChangeDeps &
  BackupFolderDep &
  DatabaseDep &
  DeviceNameDep &
  EncryptionDep &
  NewIdDep &
  ProgressDep &
  RandomDep &
  SecretsDep &
  SyncApiDep &
  SyncDoorDep &
  TemporaryFolderDep &
  TimeZoneDep;
