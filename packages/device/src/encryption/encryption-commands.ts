/** Turning encryption at rest on and off, and changing what unlocks it. */
import { err, lengthOf, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import type { DeviceDeps } from '../deps.ts';
import { databaseFailure, type DatabaseFailure } from '../database/failures.ts';
import { Count } from '../entity-answers.ts';
import { loadCipher } from '../vault/cipher.ts';
import {
  type DatabaseKey,
  keyCheckOf,
  newDatabaseKey,
  readRecoveryKey,
  RECOVERY_KEY_WORDS,
  recoveryKeyOf,
} from '../vault/database-key.ts';
import type { SecretsNotWritten } from '../vault/secrets.ts';
import { applyLock } from './apply-lock.ts';
import type { Lock } from './lock-file.ts';
import { makeUnlock, removeFromChain } from './make-unlock.ts';
import { fits, locked, type NotUnlocked, tryPassphrase } from './unlock.ts';

const PASSPHRASE_MIN = 8;
const PASSPHRASE_MAX = 1_024;

/** In code points. Length is what counts; nothing is asked about digits and signs (NIST SP 800-63B). */
const NewPassphrase = z
  .string()
  .max(2 * PASSPHRASE_MAX, 'is too long')
  .refine((text) => text.isWellFormed(), 'must be whole Unicode text')
  // Where either is asked for, the two are told apart by this.
  .refine(
    (text) => text.trim().split(/\s+/u).length !== RECOVERY_KEY_WORDS,
    'must not have twenty-four words, as the recovery key has',
  )
  .refine(
    (text) => lengthOf(text) >= PASSPHRASE_MIN,
    `must have at least ${String(PASSPHRASE_MIN)} characters`,
  )
  .refine(
    (text) => lengthOf(text) <= PASSPHRASE_MAX,
    `must have at most ${String(PASSPHRASE_MAX)} characters`,
  )
  .describe(`${String(PASSPHRASE_MIN)} characters or more; no more than ${String(PASSPHRASE_MAX)}.`);

const GivenPassphrase = z
  .string()
  .max(2 * PASSPHRASE_MAX)
  .describe('The passphrase of today, where one unlocks. Give this or recovery_key.');
const GivenRecoveryKey = z
  .string()
  .max(1_000)
  .describe('The twenty-four words, instead of the passphrase of today.');

const RecoveryKey = z
  .string()
  .describe(
    'Twenty-four words to write down: with the passphrase forgotten or the key chain lost, nothing else opens it.',
  );

/** Whoever sits at an unlocked app must prove who they are before the lock itself is changed. */
const proof = { passphrase: GivenPassphrase.nullish(), recovery_key: GivenRecoveryKey.nullish() };
type Proof = z.output<z.ZodObject<typeof proof>>;

type DiskRefused = DatabaseFailure | SecretsNotWritten | { readonly type: 'LockNotWritten' };

export type NotChanged =
  | NotUnlocked
  | DiskRefused
  | { readonly type: 'EncryptionNotPossible' }
  | { readonly type: 'EncryptionIsOn' }
  | { readonly type: 'EncryptionIsOff' }
  | { readonly type: 'KeyChainClosed' };

export const GetEncryptionStatus = z.strictObject({});

const unlockWith = z.enum(['passphrase', 'key chain']);

export const EncryptionStatus = z
  .strictObject({
    unlock_with: z
      .enum([...unlockWith.options, 'recovery key'])
      .nullable()
      .describe('Null while nothing is encrypted.'),
    key_chain_available: z.boolean(),
  })
  .readonly();

export const getEncryptionStatus = ({
  encryption,
}: DeviceDeps): Result<z.infer<typeof EncryptionStatus>, never> =>
  ok({
    unlock_with: encryption.lock?.unlock.with ?? null,
    key_chain_available: encryption.place?.keyChain !== undefined,
  });

export const TurnOnEncryption = z
  .strictObject({
    unlock_with: unlockWith.describe(
      'What opens it from now on: a passphrase to be typed, or the key chain of this computer.',
    ),
    passphrase: NewPassphrase.nullish().describe(
      `The new passphrase, of ${String(PASSPHRASE_MIN)} characters or more; only where unlock_with is passphrase.`,
    ),
  })
  .superRefine(({ unlock_with, passphrase }, refinement) => {
    const isGiven = passphrase !== null && passphrase !== undefined;
    if (isGiven === (unlock_with === 'passphrase')) return;
    const message = isGiven ? 'must be left out where the key chain unlocks' : 'must be given';
    refinement.addIssue({ code: 'custom', path: ['passphrase'], message });
  });

export const TurnedOn = z
  .strictObject({
    recovery_key: RecoveryKey,
    backups_left: Count.describe('Backups that are damaged, and so could not be encrypted.'),
  })
  .readonly();

export const turnOnEncryption = async (
  deps: DeviceDeps,
  { passphrase }: z.output<typeof TurnOnEncryption>,
): Promise<Result<z.infer<typeof TurnedOn>, NotChanged>> => {
  const { encryption, randomBytes } = deps;
  const { place } = encryption;
  if (place === undefined) return err({ type: 'EncryptionNotPossible' });
  if (isOn(deps)) return err({ type: 'EncryptionIsOn' });
  await loadCipher();
  const key = newDatabaseKey(randomBytes);
  const id = Buffer.from(randomBytes(16)).toString('hex');
  const unlock = await makeUnlock(place, { id, key, passphrase: passphrase ?? null });
  if (!unlock.ok) return unlock;
  // Another call may have been quicker while this one waited.
  if (isOn(deps)) return err({ type: 'EncryptionIsOn' });
  const lock: Lock = { v: 1, id, state: 'on', key_check: keyCheckOf(key), unlock: unlock.value };
  const applied = attempt(() => {
    encryption.set(lock, key);
    return applyLock(deps);
  });
  if (applied.ok) return ok({ recovery_key: recoveryKeyOf(key), backups_left: applied.value });
  // What was encrypted already is put in the clear again; what the disk does not take now, the next opening does.
  await turnOff(deps);
  return applied;
};

const isOn = ({ encryption }: DeviceDeps): boolean => encryption.lock !== undefined;

export const ChangePassphrase = z.strictObject({ ...proof, new_passphrase: NewPassphrase });

/** Also takes over from the key chain. The key stays, so backups and the twenty-four words stay good. */
export const changePassphrase = async (
  deps: DeviceDeps,
  { new_passphrase, ...given }: z.output<typeof ChangePassphrase>,
): Promise<Result<null, NotChanged>> => {
  const key = await prove(deps, given);
  if (!key.ok) return key;
  const { place, lock } = deps.encryption;
  if (place === undefined || lock === undefined) return err({ type: 'EncryptionIsOff' });
  const unlock = await makeUnlock(place, { id: lock.id, key: key.value, passphrase: new_passphrase });
  if (!unlock.ok) return unlock;
  const changed = attempt(() => {
    deps.encryption.set({ ...lock, unlock: unlock.value }, key.value);
    return ok(null);
  });
  if (!changed.ok) return changed;
  if (lock.unlock.with === 'key chain') await removeFromChain(place, lock.id);
  return ok(null);
};

export const ShowRecoveryKey = z.strictObject(proof);

export const RecoveryKeyShown = z.strictObject({ recovery_key: RecoveryKey }).readonly();

export const showRecoveryKey = async (
  deps: DeviceDeps,
  given: Proof,
): Promise<Result<z.infer<typeof RecoveryKeyShown>, NotChanged>> => {
  const key = await prove(deps, given);
  return key.ok ? ok({ recovery_key: recoveryKeyOf(key.value) }) : key;
};

export const TurnOffEncryption = z.strictObject(proof);

export const TurnedOff = z
  .strictObject({
    backups_left: Count.describe('Backups that could not be read, and are as they were.'),
  })
  .readonly();

export const turnOffEncryption = async (
  deps: DeviceDeps,
  given: Proof,
): Promise<Result<z.infer<typeof TurnedOff>, NotChanged>> => {
  const key = await prove(deps, given);
  if (!key.ok) return key;
  const left = await turnOff(deps);
  return left.ok ? ok({ backups_left: left.value }) : left;
};

const turnOff = async (deps: DeviceDeps): Promise<Result<number, DiskRefused>> => {
  const { place, lock, key } = deps.encryption;
  if (place === undefined || lock === undefined || key === undefined) return ok(0);
  const left = attempt(() => {
    deps.encryption.set({ ...lock, state: 'turning off' }, key);
    return applyLock(deps);
  });
  if (left.ok && lock.unlock.with === 'key chain') await removeFromChain(place, lock.id);
  return left;
};

/** The system and SQLite both give their exceptions a code; one without it is a fault of ours. */
const attempt = <Value>(act: () => Result<Value, SecretsNotWritten>): Result<Value, DiskRefused> => {
  try {
    return act();
  } catch (error) {
    const failure = databaseFailure(error);
    if (failure !== undefined) return err(failure);
    if (error instanceof Error && 'code' in error) return err({ type: 'LockNotWritten' });
    throw error;
  }
};

const prove = async (deps: DeviceDeps, given: Proof): Promise<Result<DatabaseKey, NotChanged>> => {
  const { place, lock, key } = deps.encryption;
  if (place === undefined || lock === undefined || key === undefined) return err({ type: 'EncryptionIsOff' });
  if (typeof given.recovery_key === 'string') {
    const read = readRecoveryKey(given.recovery_key);
    if (!read.ok) return read;
    return fits(lock, read.value) ? ok(key) : err({ type: 'WrongRecoveryKey' });
  }
  // Whoever is at the computer has opened its key chain.
  if (lock.unlock.with !== 'passphrase') return ok(key);
  if (typeof given.passphrase !== 'string') return err(locked(lock));
  return tryPassphrase(deps, { lock, lockPath: place.lockPath, passphrase: given.passphrase });
};
