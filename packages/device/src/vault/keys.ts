/**
 * Which key is made from which (rule E4). Every arrow is HKDF-SHA-256 with the account id as salt, so that no two
 * accounts share a key and no key can stand in for another:
 *
 *   master secret ── mhb-kek-v1 ──────► seals the keyring
 *   recovery phrase ─ mhb-recovery-v1 ► seals the master secret
 *   pairing secret ── mhb-pairing-v1 ──► seals what a new device is given
 *   keyring: data key ── mhb-record-v1 ──► seals records
 *            data key ── mhb-device-v1 ──► seals names of devices
 *   keyring: data key ── mhb-manifest-v1 ► seals what a device has seen
 *            id key ──── mhb-record-id-v1 ► enciphers record ids
 */
import { assert } from '@mhb/core-domain';
import type { AccountId } from '@mhb/core-domain/wire';
import { deriveBytes, KEY_BYTES } from './cipher.ts';

/** Accounts, records and keys are all named by 16 bytes. */
export const ID_BYTES = 16;

/** A key that is ready to seal with, and the id that envelopes name it by. */
export interface SealingKey {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

const sealingPurposes = {
  keyring: 'mhb-kek-v1',
  recovery: 'mhb-recovery-v1',
  record: 'mhb-record-v1',
  mailbox: 'mhb-pairing-v1',
  device: 'mhb-device-v1',
  manifest: 'mhb-manifest-v1',
} as const;

/** Derived once per secret, never per record. */
export const sealingKeyOf = (
  secret: Uint8Array,
  accountId: AccountId,
  sealing: keyof typeof sealingPurposes,
): SealingKey => {
  const bytes = deriveBytes(secret, { salt: bytesOfId(accountId), purpose: sealingPurposes[sealing] });
  return { id: keyIdOf(bytes), bytes };
};

/** The key of the block cipher that hides record ids. */
export const recordIdKeyOf = (idKey: Uint8Array, accountId: AccountId): Uint8Array =>
  deriveBytes(idKey, { salt: bytesOfId(accountId), purpose: 'mhb-record-id-v1' });

export const bytesOfId = (id: string): Uint8Array => Buffer.from(id, 'hex');

/**
 * The id commits to the key: Poly1305 alone lets somebody who knows two keys make one envelope that opens under
 * both, and differently. The id in the associated data rules that out.
 */
const keyIdOf = (key: Uint8Array): Uint8Array => {
  assert(key.length === KEY_BYTES, 'a key has 32 bytes');
  return deriveBytes(key, { salt: new Uint8Array(0), purpose: 'mhb-key-id-v1', length: ID_BYTES });
};
