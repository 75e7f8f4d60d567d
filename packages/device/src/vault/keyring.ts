/**
 * The keyring holds an account's data keys and travels through the service sealed under the master secret (rule E4).
 *
 *   { "generation": 3, "id_key": base64, "keys": [{ "key": base64, "number": 1 }, …], "v": 1 }
 *
 * Records are sealed with the key of the greatest number and opened with any. The generation grows with every change;
 * a device pins the greatest it has seen, so the service cannot bring back a keyring that was replaced.
 */
import { assert, err, ok, type Result } from '@mhb/core-domain';
import { canonicalJson } from '@mhb/core-domain/sync';
import type { AccountId } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { KEY_BYTES } from './cipher.ts';
import { bytesOfId, sealingKeyOf } from './keys.ts';
import type { RandomBytes } from './randomness.ts';
import { open, type Place, seal, type Sealed } from './seal.ts';

const Key = z.base64().transform((text, context): Uint8Array => {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  if (bytes.length !== KEY_BYTES) context.addIssue('a key has 32 bytes');
  return bytes;
});

// Strict: a member that is not known here belongs to a later version, and sealing it again would drop it.
const KeyringJson = z.strictObject({
  v: z.literal(1),
  generation: z.int().min(1),
  keys: z
    .array(z.strictObject({ number: z.int().min(1), key: Key }))
    .min(1)
    .refine((keys) => new Set(keys.map(({ number }) => number)).size === keys.length, 'each number once'),
  id_key: Key,
});

export interface DataKey {
  readonly number: number;
  readonly key: Uint8Array;
}

export interface Keyring {
  readonly generation: number;
  /** In order of number, so the last one seals. */
  readonly keys: readonly DataKey[];
  readonly idKey: Uint8Array;
}

/** Not the master secret of this account; an older keyring than one seen before; newer than this app; or damaged. */
export type KeyringNotOpened =
  | { readonly type: 'WrongKey' }
  | { readonly type: 'KeyringRolledBack' }
  | { readonly type: 'UnknownFormat' }
  | { readonly type: 'CannotOpen' };

export interface KeyringPlace {
  readonly accountId: AccountId;
  readonly masterSecret: Uint8Array;
}

export const newKeyring = (randomBytes: RandomBytes): Keyring => ({
  generation: 1,
  keys: [{ number: 1, key: randomBytes(KEY_BYTES) }],
  idKey: randomBytes(KEY_BYTES),
});

export const sealKeyring = (
  { generation, keys, idKey }: Keyring,
  { accountId, masterSecret }: KeyringPlace,
  randomBytes: RandomBytes,
): Sealed => {
  const json = canonicalJson({
    v: 1,
    generation,
    keys: keys.map(({ number, key }) => ({ number, key: base64(key) })),
    id_key: base64(idKey),
  });
  return seal(json, sealingKeyOf(masterSecret, accountId, 'keyring'), placeOf(accountId), randomBytes);
};

/** `pinnedGeneration` is the greatest this device has seen, 0 for none. Only it and the master secret decide. */
export const openKeyring = (
  sealed: Uint8Array,
  { accountId, masterSecret }: KeyringPlace,
  pinnedGeneration: number,
): Result<Keyring, KeyringNotOpened> => {
  assert(masterSecret.length === KEY_BYTES, 'a master secret has 32 bytes');
  const opened = open(sealed, [sealingKeyOf(masterSecret, accountId, 'keyring')], placeOf(accountId));
  if (!opened.ok) return err(opened.error.type === 'UnknownKey' ? { type: 'WrongKey' } : opened.error);
  const read = KeyringJson.safeParse(opened.value);
  if (!read.success) return err({ type: 'UnknownFormat' });
  const { generation, keys, id_key: idKey } = read.data;
  if (generation < pinnedGeneration) return err({ type: 'KeyringRolledBack' });
  return ok({ generation, keys: keys.toSorted((a, b) => a.number - b.number), idKey });
};

const placeOf = (accountId: AccountId): Place => ({
  kind: 'keyring',
  account: bytesOfId(accountId),
  object: bytesOfId(accountId),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
