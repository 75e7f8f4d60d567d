/** Sealing and opening with the same library and sizes, and nothing around it but nonce and header. */
import sodium from 'libsodium-wrappers';
import { randomBytes } from 'node:crypto';

const HEADER_BYTES = 18;
const NONCE_BYTES = 24;
/** What is sealed along with a record: constant here, as only its length matters. */
const ASSOCIATED = Buffer.alloc(59, 1);
/** Not secret: it seals what was made up for a measurement. */
const KEY = Buffer.alloc(32, 7);
const NONCES_PER_DRAW = 64;

await sodium.ready;

/** The plaintext as it is sealed: length, text, zeros up to a power of two of at least 512 bytes. */
export const padded = (text: string): Buffer => {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.alloc(Math.max(512, 2 ** Math.ceil(Math.log2(length + 4))));
  bytes.writeUInt32BE(length);
  bytes.write(text, 4);
  return bytes;
};

export const sealAll = (plaintexts: readonly Buffer[]): readonly Buffer[] => {
  let nonces = Buffer.alloc(0);
  return plaintexts.map((plaintext) => {
    if (nonces.length === 0) nonces = randomBytes(NONCE_BYTES * NONCES_PER_DRAW);
    const nonce = nonces.subarray(0, NONCE_BYTES);
    nonces = nonces.subarray(NONCE_BYTES);
    const text = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, ASSOCIATED, null, nonce, KEY);
    const sealed = Buffer.alloc(HEADER_BYTES + NONCE_BYTES + text.length, 1);
    sealed.set(nonce, HEADER_BYTES);
    sealed.set(text, HEADER_BYTES + NONCE_BYTES);
    return sealed;
  });
};

/** Answers how many bytes came out. */
export const openAll = (sealed: readonly Buffer[]): number =>
  sealed.reduce((sum, bytes) => {
    const nonce = bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    const text = bytes.subarray(HEADER_BYTES + NONCE_BYTES);
    return sum + sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, text, ASSOCIATED, nonce, KEY).length;
  }, 0);
