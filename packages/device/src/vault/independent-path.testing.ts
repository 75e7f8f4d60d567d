/**
 * The sealed format a second time, from its description and without any of the vault's code or libraries: HChaCha20
 * by hand from draft-irtf-cfrg-xchacha-03, the rest from node:crypto. Two programs that agree on every byte are
 * unlikely to be wrong in the same way (rule E8).
 */
import { createCipheriv, createHash, hkdfSync } from 'node:crypto';

export const hkdf = (secret: Uint8Array, salt: Uint8Array, purpose: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, purpose, length));

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Envelope {
  readonly key: Buffer;
  readonly nonce: Buffer;
  readonly kind: number;
  readonly account: Buffer;
  readonly object: Buffer;
  /** The plaintext, padded already. */
  readonly padded: Buffer;
}

export const sealIndependently = ({ key, nonce, kind, account, object, padded }: Envelope): Buffer => {
  const keyId = hkdf(key, Buffer.alloc(0), 'mhb-key-id-v1', 16);
  const header = Buffer.concat([Buffer.of(1, 1), keyId]);
  const associatedData = Buffer.concat([
    Buffer.from('mhb-env\x01'),
    header,
    Buffer.of(kind),
    account,
    object,
  ]);
  return Buffer.concat([header, nonce, xchacha20Poly1305(padded, { key, nonce, associatedData })]);
};

export const padIndependently = (json: string): Buffer => {
  const text = Buffer.from(json, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const size = text.length + 4;
  let padded = 512;
  while (padded < size) padded *= 2;
  if (size > 65_536) {
    // Padmé: only the highest log2(log2(size)) + 1 bits of a size may differ from zero.
    const exponent = Math.floor(Math.log2(size));
    const zeroBits = exponent - (Math.floor(Math.log2(exponent)) + 1);
    padded = size;
    while (padded % 2 ** zeroBits !== 0) padded += 1;
  }
  return Buffer.concat([length, text], padded);
};

export const xchacha20Poly1305 = (
  plaintext: Buffer,
  { key, nonce, associatedData }: Record<'key' | 'nonce' | 'associatedData', Buffer>,
): Buffer => {
  const subkey = hchacha20(key, nonce.subarray(0, 16));
  const shortNonce = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]);
  const cipher = createCipheriv('chacha20-poly1305', subkey, shortNonce, { authTagLength: 16 });
  cipher.setAAD(associatedData, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

/** Section 2.2 of the draft: the ChaCha20 block without the final addition; first and last row are the subkey. */
export const hchacha20 = (key: Buffer, nonce: Buffer): Buffer => {
  const words = [Buffer.from('expand 32-byte k'), key, nonce].flatMap((part) =>
    Array.from({ length: part.length / 4 }, (_, index) => part.readUInt32LE(index * 4)),
  );
  const state = Uint32Array.from(words);
  for (let round = 0; round < 10; round += 1) for (const quarter of quarters) quarterRound(state, quarter);
  const subkey = Buffer.alloc(32);
  [0, 1, 2, 3, 12, 13, 14, 15].forEach((word, index) => subkey.writeUInt32LE(state[word] ?? 0, index * 4));
  return subkey;
};

type Quarter = readonly [number, number, number, number];

const quarters: readonly Quarter[] = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

const quarterRound = (state: Uint32Array, [a, b, c, d]: Quarter): void => {
  const at = (index: number): number => state[index] ?? 0;
  const addThenTurn = (sum: number, addend: number, turned: number, bits: number): void => {
    state[sum] = at(sum) + at(addend);
    const mixed = at(turned) ^ at(sum);
    state[turned] = (mixed << bits) | (mixed >>> (32 - bits));
  };
  addThenTurn(a, b, d, 16);
  addThenTurn(c, d, b, 12);
  addThenTurn(a, b, d, 8);
  addThenTurn(c, d, b, 7);
};
