/**
 * The two primitives of the vault: XChaCha20-Poly1305 of libsodium, and HKDF-SHA-256 (rule E1).
 *
 * Nothing else in the app names a cipher library. A key or nonce of another length is our bug and throws: a shorter
 * nonce would be another cipher.
 */
import { assert } from '@mhb/core-domain';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type libsodium from 'libsodium-wrappers';

export const KEY_BYTES = 32;
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;

type Sodium = Pick<
  typeof libsodium,
  'crypto_aead_xchacha20poly1305_ietf_encrypt' | 'crypto_aead_xchacha20poly1305_ietf_decrypt'
>;

let sodium: Sodium | undefined;

/** Must have resolved once before anything is sealed or opened. A device that does not sync never loads it. */
export const loadCipher = async (): Promise<void> => {
  if (sodium !== undefined) return;
  const { default: loaded } = await import('libsodium-wrappers');
  await loaded.ready;
  sodium = loaded;
};

export interface CipherUse {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 24 bytes, never the same twice under one key. */
  readonly nonce: Uint8Array;
  readonly associatedData: Uint8Array;
}

/** Ciphertext followed by the 16 bytes of the tag. */
export const encrypt = (plaintext: Uint8Array, use: CipherUse): Uint8Array =>
  readyFor(use).crypto_aead_xchacha20poly1305_ietf_encrypt(
    plaintext,
    use.associatedData,
    null,
    use.nonce,
    use.key,
  );

/** `undefined` where the tag says that this was not made with this key, nonce and associated data. */
export const decrypt = (ciphertext: Uint8Array, use: CipherUse): Uint8Array | undefined => {
  const ready = readyFor(use);
  assert(ciphertext.length >= TAG_BYTES, 'a ciphertext holds its tag');
  try {
    return ready.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      ciphertext,
      use.associatedData,
      use.nonce,
      use.key,
    );
  } catch {
    // libsodium answers a wrong tag by throwing; its other causes were asserted away above.
    return undefined;
  }
};

export interface Derivation {
  readonly salt: Uint8Array;
  /** Keeps the keys of one secret apart. */
  readonly purpose: string | Uint8Array;
  /** In bytes. */
  readonly length?: number;
}

/** HKDF-SHA-256 (RFC 5869). */
export const deriveBytes = (
  secret: Uint8Array,
  { salt, purpose, length = KEY_BYTES }: Derivation,
): Uint8Array => hkdf(sha256, secret, salt, Buffer.from(purpose), length);

const readyFor = ({ key, nonce }: CipherUse): Sodium => {
  assert(sodium !== undefined, 'the cipher is loaded before it is used');
  assert(key.length === KEY_BYTES, 'a key has 32 bytes');
  assert(nonce.length === NONCE_BYTES, 'a nonce has 24 bytes');
  return sodium;
};
