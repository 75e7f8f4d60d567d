/**
 * Sealing: the one way from something readable to bytes that may leave the device, and back (rules E1, E2, E3).
 *
 *   0x01 version | 0x01 suite | key id 16 | nonce 24 | ciphertext | tag 16
 *
 * Sealed along with it, but not inside it, is where it belongs. All of it has a fixed length:
 *
 *   "mhb-env" 0x01 | version | suite | key id 16 | kind 1 | account id 16 | object id 16
 *
 * So an envelope that the service moves to another id, account or kind does not open.
 */
import { assert, err, ok, type Result } from '@mhb/core-domain';
import { decrypt, encrypt, NONCE_BYTES, TAG_BYTES } from './cipher.ts';
import { ID_BYTES, type SealingKey } from './keys.ts';
import { padText, unpadText } from './padding.ts';
import type { RandomBytes } from './randomness.ts';

declare const sealedBrand: unique symbol;

/** Bytes that nobody reads without the key. Nothing else is put on the wire. */
export type Sealed = Uint8Array & { readonly [sealedBrand]: true };

/** What the sealed bytes are; the numbers are part of the format. */
export const sealedKinds = {
  record: 1,
  keyring: 2,
  manifest: 3,
  mailbox: 4,
  recovery: 5,
  device: 6,
} as const;

/** Where sealed bytes belong. Both ids have 16 bytes. */
export interface Place {
  readonly kind: keyof typeof sealedKinds;
  readonly account: Uint8Array;
  readonly object: Uint8Array;
}

/** A newer app wrote it; a key of it is missing; or it is not what a device sealed for this place. */
export type NotOpened =
  { readonly type: 'UnknownFormat' } | { readonly type: 'UnknownKey' } | { readonly type: 'CannotOpen' };

const VERSION = 1;
const SUITE = 1;
const KEY_ID_AT = 2;
const NONCE_AT = KEY_ID_AT + ID_BYTES;
const CIPHERTEXT_AT = NONCE_AT + NONCE_BYTES;

/** Seals canonical JSON for one place. Throws only where a key, id or nonce has a wrong length: that is our bug. */
export const seal = (json: string, key: SealingKey, place: Place, randomBytes: RandomBytes): Sealed => {
  const nonce = randomBytes(NONCE_BYTES);
  const associatedData = associatedDataOf(key.id, place);
  const ciphertext = encrypt(padText(json), { key: key.bytes, nonce, associatedData });
  const sealed = new Uint8Array(CIPHERTEXT_AT + ciphertext.length);
  sealed[0] = VERSION;
  sealed[1] = SUITE;
  sealed.set(key.id, KEY_ID_AT);
  sealed.set(nonce, NONCE_AT);
  sealed.set(ciphertext, CIPHERTEXT_AT);
  return sealed as Sealed;
};

/** The value that was sealed for this place under one of these keys. It is not yet known to be of any shape. */
export const open = (
  sealed: Uint8Array,
  keys: readonly SealingKey[],
  place: Place,
): Result<unknown, NotOpened> => {
  if (sealed.length < CIPHERTEXT_AT + TAG_BYTES) return err({ type: 'CannotOpen' });
  if (sealed[0] !== VERSION || sealed[1] !== SUITE) return err({ type: 'UnknownFormat' });
  const keyId = sealed.subarray(KEY_ID_AT, NONCE_AT);
  const key = keys.find(({ id }) => Buffer.compare(id, keyId) === 0);
  if (key === undefined) return err({ type: 'UnknownKey' });
  const padded = decrypt(sealed.subarray(CIPHERTEXT_AT), {
    key: key.bytes,
    nonce: sealed.subarray(NONCE_AT, CIPHERTEXT_AT),
    associatedData: associatedDataOf(key.id, place),
  });
  const text = padded && unpadText(padded);
  return text === undefined ? err({ type: 'CannotOpen' }) : parseJson(text);
};

/** Which key the envelope says it was sealed with; `undefined` for what is no envelope that is known here. */
export const keyIdIn = (sealed: Uint8Array): Uint8Array | undefined => {
  if (sealed.length < CIPHERTEXT_AT + TAG_BYTES || sealed[0] !== VERSION || sealed[1] !== SUITE)
    return undefined;
  return sealed.subarray(KEY_ID_AT, NONCE_AT);
};

/** What arrived from outside and is claimed to be sealed. It may be passed on, and opening tells whether it is. */
export const receivedSealed = (bytes: Uint8Array): Sealed => bytes as Sealed;

const PREFIX = Buffer.from('mhb-env\u0001', 'latin1');

const associatedDataOf = (keyId: Uint8Array, { kind, account, object }: Place): Uint8Array => {
  assert(account.length === ID_BYTES && object.length === ID_BYTES, 'an id has 16 bytes');
  const bytes = new Uint8Array(PREFIX.length + 2 + ID_BYTES + 1 + ID_BYTES + ID_BYTES);
  bytes.set(PREFIX);
  bytes[8] = VERSION;
  bytes[9] = SUITE;
  bytes.set(keyId, 10);
  bytes[26] = sealedKinds[kind];
  bytes.set(account, 27);
  bytes.set(object, 43);
  return bytes;
};

const parseJson = (text: string): Result<unknown, NotOpened> => {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return err({ type: 'CannotOpen' });
  }
};
