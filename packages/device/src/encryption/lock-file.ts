/**
 * The lock: a small file beside the database that says how its key is unlocked. While it is there everything of the
 * person's on this device is encrypted, or on the way to be. It holds no key in the clear.
 *
 * A copy lies beside the backups, so that they can be opened with the passphrase when all else is gone.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../private-file.ts';
import { WrappedKey } from '../vault/database-key.ts';

export const Lock = z
  .strictObject({
    v: z.literal(1),
    /** Names the key in a key chain. */
    id: z.string().regex(/^[0-9a-f]{32}$/),
    /** While it is being turned off some files are encrypted and some are not. */
    state: z.enum(['on', 'turning off']),
    /** Tells whether a key is the right one. */
    key_check: z.string().regex(/^[0-9a-f]{32}$/),
    unlock: z.discriminatedUnion('with', [
      z.strictObject({ with: z.literal('passphrase'), wrapped: WrappedKey }),
      z.strictObject({ with: z.literal('key chain') }),
      /** Where the lock was lost and the twenty-four words opened the database. */
      z.strictObject({ with: z.literal('recovery key') }),
    ]),
  })
  .readonly();
export type Lock = z.infer<typeof Lock>;

/** It was changed, or a newer version wrote it, or the system does not let us read it. */
export interface LockDamaged {
  readonly type: 'LockDamaged';
}

/** `undefined` where nothing is locked. */
export const readLock = (path: string): Result<Lock | undefined, LockDamaged> => {
  const text = readPrivateFile(path);
  if (!text.ok) return err({ type: 'LockDamaged' });
  if (text.value === undefined) return ok(undefined);
  try {
    return ok(Lock.parse(JSON.parse(text.value)));
  } catch {
    return err({ type: 'LockDamaged' });
  }
};

/** Throws what the system says; the lock is then as it was. */
export const writeLock = (path: string, lock: Lock): void => {
  writePrivateFile(path, JSON.stringify(lock));
};

export const removeLock = (path: string): void => {
  removePrivateFile(path);
};

export const lockBeside = (folder: string): string => join(folder, 'lock.json');

/** Throws what the system says. */
export const copyLock = (lock: Lock, folder: string): void => {
  if (existsSync(folder)) writeLock(lockBeside(folder), lock);
};
