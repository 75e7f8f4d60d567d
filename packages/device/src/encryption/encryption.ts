/** What an open device knows of its own encryption: the lock, and the key while it is unlocked. */
import type { TextCodec } from '../vault/secret-file.ts';
import { type DatabaseKey, openText, sealText } from '../vault/database-key.ts';
import type { PassphraseCost } from '../vault/passphrase.ts';
import type { RandomBytes } from '../vault/randomness.ts';
import { copyLock, type Lock, lockBeside, removeLock, writeLock } from './lock-file.ts';

/** The operating system's key chain, for the key of a database. Each throws where the key chain does not answer. */
export interface DatabaseKeyChain {
  /** 64 hex digits under the lock's id; `undefined` where it keeps none. */
  readonly read: (id: string) => Promise<string | undefined>;
  readonly write: (id: string, key: string) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
}

export type UnlockWith = { readonly passphrase: string } | { readonly recovery_key: string };

export interface EncryptionParts {
  /** Where the lock is kept, in the folder of the database. */
  readonly lockPath: string;
  /** What the person gave to unlock it, where something was asked for. */
  readonly unlockWith?: UnlockWith | undefined;
  /** `undefined` on a computer that has none. */
  readonly keyChain?: DatabaseKeyChain | undefined;
  /** Measured when a passphrase is set, unless it is given. */
  readonly passphraseCost?: PassphraseCost | undefined;
}

export interface EncryptionPlace extends EncryptionParts {
  readonly databasePath: string;
  readonly backupFolder: string;
  readonly randomBytes: RandomBytes;
}

export class Encryption {
  /** `undefined` for a database in memory, of which nothing is left behind. */
  readonly place: EncryptionPlace | undefined;
  #lock: Lock | undefined;
  #key: DatabaseKey | undefined;

  constructor(place?: EncryptionPlace, unlocked?: { readonly lock: Lock; readonly key: DatabaseKey }) {
    this.place = place;
    this.#lock = unlocked?.lock;
    this.#key = unlocked?.key;
  }

  get lock(): Lock | undefined {
    return this.#lock;
  }

  get key(): DatabaseKey | undefined {
    return this.#key;
  }

  /** The key that what is written now is to be under. */
  get keyToWrite(): DatabaseKey | undefined {
    return this.#lock?.state === 'on' ? this.#key : undefined;
  }

  /** For small texts beside the database. */
  readonly codec: TextCodec = {
    encode: (text) => {
      const key = this.keyToWrite;
      return key === undefined || this.place === undefined
        ? text
        : sealText(text, key, this.place.randomBytes);
    },
    decode: (text) => openText(text, this.#key),
  };

  /** Replaces the lock on the disk, and beside the backups. Throws what the system says. */
  set(lock: Lock, key: DatabaseKey): void {
    if (this.place === undefined) return;
    writeLock(this.place.lockPath, lock);
    this.#lock = lock;
    this.#key = key;
    copyLock(lock, this.place.backupFolder);
  }

  /** Puts a copy of the lock beside the backups. Throws what the system says. */
  copyLock(): void {
    if (this.place !== undefined && this.#lock !== undefined) copyLock(this.#lock, this.place.backupFolder);
  }

  /** Nothing is encrypted any more. Throws what the system says. */
  clear(): void {
    if (this.place === undefined) return;
    removeLock(lockBeside(this.place.backupFolder));
    removeLock(this.place.lockPath);
    this.#lock = undefined;
    this.#key = undefined;
  }
}
