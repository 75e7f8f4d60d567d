/** From what a person gives, or the key chain keeps, to the key of the database. */
import { err, ok, type Result } from '@mhb/core-domain';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isPlainFile } from '../database/keyed-copy.ts';
import type { ClockDep } from '../deps.ts';
import { loadCipher } from '../vault/cipher.ts';
import {
  type DatabaseKey,
  databaseKeyOf,
  type InvalidRecoveryKey,
  keyCheckOf,
  readRecoveryKey,
  unwrapWithPassphrase,
} from '../vault/database-key.ts';
import { beginAttempt, forgetAttempts, waitSecondsAfter } from './attempts.ts';
import { Encryption, type EncryptionPlace } from './encryption.ts';
import { type Lock, lockBeside, type LockDamaged, readLock } from './lock-file.ts';

/** Something must be given: the passphrase, or where the key chain keeps the key and does not answer the recovery key. */
export interface Locked {
  readonly type: 'Locked' | 'KeyChainLocked';
  readonly unlock_with: Lock['unlock']['with'];
}

export const locked = ({ unlock: { with: unlock_with } }: Lock): Locked => ({
  type: unlock_with === 'key chain' ? 'KeyChainLocked' : 'Locked',
  unlock_with,
});

export type NotUnlocked =
  | InvalidRecoveryKey
  | LockDamaged
  | Locked
  | { readonly type: 'WrongPassphrase'; readonly wait_seconds: number }
  | { readonly type: 'TooManyAttempts'; readonly wait_seconds: number }
  | { readonly type: 'WrongRecoveryKey' };

export const unlock = async (
  { clock }: ClockDep,
  place: EncryptionPlace | undefined,
): Promise<Result<Encryption, NotUnlocked>> => {
  if (place === undefined) return ok(new Encryption());
  const given = place.unlockWith;
  const isPlain = !existsSync(place.databasePath) || isPlainFile(place.databasePath);
  const read = readNearestLock(place, isPlain);
  if (read.ok && read.value === undefined && isPlain) return ok(new Encryption(place));
  if (given !== undefined && 'recovery_key' in given)
    return unlockWithRecoveryKey(place, read, given.recovery_key);
  if (!read.ok) return read;
  const lock = read.value;
  if (lock === undefined) return ok(new Encryption(place));
  await loadCipher();
  const key = await keyOf({ clock }, { lock, place });
  return key.ok ? ok(new Encryption(place, { lock, key: key.value })) : key;
};

/** An encrypted database whose lock was lost can still be opened with the copy that lies beside the backups. */
const readNearestLock = (
  { lockPath, backupFolder }: EncryptionPlace,
  isPlain: boolean,
): Result<Lock | undefined, LockDamaged> => {
  const lock = readLock(lockPath);
  if (isPlain || (lock.ok && lock.value !== undefined)) return lock;
  const copy = readLock(lockBeside(backupFolder));
  return copy.ok && copy.value !== undefined ? copy : lock;
};

const keyOf = async (
  { clock }: ClockDep,
  { lock, place }: { readonly lock: Lock; readonly place: EncryptionPlace },
): Promise<Result<DatabaseKey, NotUnlocked>> => {
  const { unlockWith: given, keyChain } = place;
  if (lock.unlock.with === 'passphrase' && given !== undefined && 'passphrase' in given) {
    return tryPassphrase({ clock }, { lock, lockPath: place.lockPath, passphrase: given.passphrase });
  }
  const kept = lock.unlock.with === 'key chain' ? await readChain(keyChain, lock.id) : undefined;
  const key = kept === undefined ? undefined : databaseKeyOf(kept);
  if (key === undefined || !fits(lock, key)) return err(locked(lock));
  return ok(key);
};

const readChain = async (keyChain: EncryptionPlace['keyChain'], id: string): Promise<string | undefined> => {
  try {
    return await keyChain?.read(id);
  } catch {
    // Locked or silent; the recovery key opens what it keeps shut.
    return undefined;
  }
};

/** Tries one, unless it is too soon after wrong ones. */
export const tryPassphrase = async (
  { clock }: ClockDep,
  {
    lock,
    lockPath,
    passphrase,
  }: { readonly lock: Lock; readonly lockPath: string; readonly passphrase: string },
): Promise<Result<DatabaseKey, NotUnlocked>> => {
  if (lock.unlock.with !== 'passphrase') return err(locked(lock));
  const attemptsPath = join(lockPath, '..', 'lock-attempts.json');
  const { waitSeconds, wrong } = beginAttempt(attemptsPath, clock.nowMs());
  if (waitSeconds > 0) return err({ type: 'TooManyAttempts', wait_seconds: waitSeconds });
  await loadCipher();
  const key = await unwrapWithPassphrase(lock.unlock.wrapped, passphrase);
  if (key === undefined) return err({ type: 'WrongPassphrase', wait_seconds: waitSecondsAfter(wrong) });
  forgetAttempts(attemptsPath);
  return fits(lock, key) ? ok(key) : err({ type: 'LockDamaged' });
};

/** The twenty-four words open the database also where its lock was lost or damaged; it gets another one then. */
const unlockWithRecoveryKey = async (
  place: EncryptionPlace,
  read: Result<Lock | undefined, LockDamaged>,
  words: string,
): Promise<Result<Encryption, NotUnlocked>> => {
  const key = readRecoveryKey(words);
  if (!key.ok) return key;
  await loadCipher();
  const lock = read.ok ? read.value : undefined;
  if (lock !== undefined) {
    return fits(lock, key.value)
      ? ok(new Encryption(place, { lock, key: key.value }))
      : err({ type: 'WrongRecoveryKey' });
  }
  return ok(new Encryption(place, { lock: lockForRecoveryKey(place, key.value), key: key.value }));
};

/** Not written before the key has opened the database. */
const lockForRecoveryKey = ({ randomBytes }: EncryptionPlace, key: DatabaseKey): Lock => ({
  v: 1,
  id: Buffer.from(randomBytes(16)).toString('hex'),
  state: 'on',
  key_check: keyCheckOf(key),
  unlock: { with: 'recovery key' },
});

export const fits = (lock: Lock, key: DatabaseKey): boolean => keyCheckOf(key) === lock.key_check;
