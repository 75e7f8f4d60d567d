/** A device in a folder of its own that can be encrypted, and a key chain that can be closed. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openTestDevice, temporaryFolder, type TestDevice, type TestDeviceOptions } from '../testing.ts';
import { secretFile } from '../vault/secret-file.ts';
import { SyncSecrets } from '../vault/secrets.ts';
import type { DatabaseKeyChain, UnlockWith } from './encryption.ts';

export const PASSPHRASE = 'correct horse battery';
export const NOTES = 'words that nobody else may read';

export const SYNC_SECRETS = SyncSecrets.parse({
  account_id: '00112233445566778899aabbccddeeff',
  api_key: 'mhb_key_in_the_clear',
  master_secret: 'ab'.repeat(32),
});

/** As little as Argon2id allows, so that a test does not wait for half a second each time. */
const CHEAP = { memory_kib: 64, passes: 1, parallelism: 1 };

export interface KeyChainInMemory extends DatabaseKeyChain {
  readonly kept: Map<string, string>;
  closed: boolean;
  forgets: boolean;
}

export const keyChainInMemory = (): KeyChainInMemory => {
  const chain: KeyChainInMemory = {
    kept: new Map(),
    closed: false,
    forgets: false,
    read: (id) => (chain.closed ? Promise.reject(new Error('closed')) : Promise.resolve(chain.kept.get(id))),
    write: (id, key) => {
      if (chain.closed) return Promise.reject(new Error('closed'));
      if (!chain.forgets) chain.kept.set(id, key);
      return Promise.resolve();
    },
    remove: (id) => {
      chain.kept.delete(id);
      return Promise.resolve();
    },
  };
  return chain;
};

export interface LockedFolder {
  readonly folder: string;
  readonly keyChain: KeyChainInMemory;
  readonly open: (unlockWith?: UnlockWith, options?: TestDeviceOptions) => Promise<TestDevice>;
  /** The names of files, below the folder too, in which a text or the header of SQLite stands in the clear. */
  readonly inTheClear: (texts?: readonly string[]) => readonly string[];
}

export const lockedFolder = (folder = temporaryFolder()): LockedFolder => {
  const keyChain = keyChainInMemory();
  return {
    folder,
    keyChain,
    open: (unlockWith, options = {}) =>
      openTestDevice({
        databasePath: join(folder, 'device.db'),
        backupFolder: join(folder, 'backups'),
        openSecrets: (_, codec) => Promise.resolve(secretFile(join(folder, 'sync-secrets.json'), codec)),
        encryption: { lockPath: join(folder, 'lock.json'), unlockWith, keyChain, passphraseCost: CHEAP },
        ...options,
      }),
    inTheClear: (texts = [NOTES]) =>
      filesBelow(folder).filter((name) => {
        const bytes = readFileSync(join(folder, name));
        return ['SQLite format 3', ...texts].some((text) => bytes.includes(text));
      }),
  };
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();

/** Turns it on and answers the recovery key. */
export const turnOn = async (device: TestDevice): Promise<string> => {
  const { recovery_key } = (await device.run('turn_on_encryption', {
    unlock_with: 'passphrase',
    passphrase: PASSPHRASE,
  })) as { readonly recovery_key: string };
  return recovery_key;
};
