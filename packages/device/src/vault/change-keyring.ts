/**
 * The next generation of a keyring (rules E4, E5, E7). Only somebody who opens the present one can make it, so a
 * device that can't never has anything to overwrite it with.
 *
 *   a new recovery phrase   the same keys, under the same master secret
 *   after a theft           one more data key, under a new master secret; from then on it seals
 *   all is sealed anew      the newest data key alone
 *
 * The id key stays through all of them: it names records, and another one would make every record another record.
 */
import { assert, ok, type Result } from '@mhb/core-domain';
import { KEY_BYTES } from './cipher.ts';
import {
  type DataKey,
  type Keyring,
  type KeyringNotOpened,
  type KeyringPlace,
  openKeyring,
  sealKeyring,
} from './keyring.ts';
import { checkedRandom, type RandomBytes } from './randomness.ts';
import type { Sealed } from './seal.ts';

export type KeyringChange =
  | { readonly to: 'the same keys' }
  | { readonly to: 'one more data key'; readonly masterSecret: Uint8Array }
  | { readonly to: 'the newest data key alone' };

export interface ChangedKeyring {
  readonly keyringSealed: Sealed;
  readonly generation: number;
}

export const newMasterSecret = (randomBytes: RandomBytes): Uint8Array =>
  checkedRandom(randomBytes)(KEY_BYTES);

export const changeKeyring = (
  present: KeyringPlace & { readonly keyringSealed: Uint8Array; readonly pinnedGeneration: number },
  change: KeyringChange,
  randomBytes: RandomBytes,
): Result<ChangedKeyring, KeyringNotOpened> => {
  const opened = openKeyring(present.keyringSealed, present, present.pinnedGeneration);
  if (!opened.ok) return opened;
  const random = checkedRandom(randomBytes);
  const generation = opened.value.generation + 1;
  const keyring: Keyring = {
    ...opened.value,
    generation,
    keys: keysAfter(opened.value.keys, change, random),
  };
  const masterSecret = masterSecretAfter(present.masterSecret, change);
  const keyringSealed = sealKeyring(keyring, { accountId: present.accountId, masterSecret }, random);
  return ok({ keyringSealed, generation });
};

const keysAfter = (
  keys: readonly DataKey[],
  { to }: KeyringChange,
  randomBytes: RandomBytes,
): readonly DataKey[] => {
  const newest = keys.at(-1);
  assert(newest !== undefined, 'a keyring has a data key');
  if (to === 'the same keys') return keys;
  if (to === 'the newest data key alone') return [newest];
  const key = randomBytes(KEY_BYTES);
  assert(!keys.some((held) => isEqual(held.key, key)), 'the random generator makes no key twice');
  return [...keys, { number: newest.number + 1, key }];
};

const masterSecretAfter = (present: Uint8Array, change: KeyringChange): Uint8Array => {
  if (change.to !== 'one more data key') return present;
  assert(!isEqual(present, change.masterSecret), 'the random generator makes no master secret twice');
  return change.masterSecret;
};

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
