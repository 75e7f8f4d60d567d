import { beforeAll, expect, test } from 'vitest';
import { decrypt, deriveBytes, encrypt, loadCipher } from './cipher.ts';
import { hchacha20, hkdf, xchacha20Poly1305 } from './independent-path.testing.ts';
import { flipBit } from './vault.testing.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** Section A.3.1 of draft-irtf-cfrg-xchacha-03. */
const published = {
  plaintext: Buffer.from(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  ),
  associatedData: hex('50515253c0c1c2c3c4c5c6c7'),
  key: hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'),
  nonce: hex('404142434445464748494a4b4c4d4e4f5051525354555657'),
  ciphertext: hex(`
    bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
    731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
    2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
    21f9664c97637da9768812f615c68b13b52e
    c0875924c1c7987947deafd8780acf49`),
};

/** Appendix A of RFC 5869, test cases 1 to 3. */
const derivations = [
  {
    name: 'basic',
    secret: hex('0b'.repeat(22)),
    salt: hex('000102030405060708090a0b0c'),
    purpose: hex('f0f1f2f3f4f5f6f7f8f9'),
    derived: hex(`3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865`),
  },
  {
    name: 'longer inputs',
    secret: Buffer.from(Array.from({ length: 80 }, (_, index) => index)),
    salt: Buffer.from(Array.from({ length: 80 }, (_, index) => 0x60 + index)),
    purpose: Buffer.from(Array.from({ length: 80 }, (_, index) => 0xb0 + index)),
    derived: hex(`
      b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c
      59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71
      cc30c58179ec3e87c14c01d5c1f3434f1d87`),
  },
  {
    name: 'no salt and no purpose',
    secret: hex('0b'.repeat(22)),
    salt: hex(''),
    purpose: hex(''),
    derived: hex(`8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8`),
  },
];

beforeAll(loadCipher);

test('[E8] sealing gives the published ciphertext of XChaCha20-Poly1305, and opens it', () => {
  expect(hexOf(encrypt(published.plaintext, published))).toBe(hexOf(published.ciphertext));
  expect(hexOf(decrypt(published.ciphertext, published) ?? [])).toBe(hexOf(published.plaintext));
});

test('[E8] the independent path gives the published values too', () => {
  const key = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
  // Section 2.2.1 of the draft.
  expect(hexOf(hchacha20(key, hex('000000090000004a0000000031415927')))).toBe(
    '82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc',
  );
  expect(hexOf(xchacha20Poly1305(published.plaintext, published))).toBe(hexOf(published.ciphertext));
});

test.each(derivations)('[E8] key derivation gives the published bytes of RFC 5869: $name', (given) => {
  const length = given.derived.length;
  expect(hexOf(deriveBytes(given.secret, { ...given, length }))).toBe(hexOf(given.derived));
});

test('[E8] key derivation agrees with node:crypto for the purposes in use', () => {
  const secret = Buffer.alloc(32, 7);
  const salt = Buffer.alloc(16, 9);
  for (const purpose of [
    'mhb-kek-v1',
    'mhb-record-v1',
    'mhb-recovery-v1',
    'mhb-record-id-v1',
    'mhb-key-id-v1',
  ]) {
    expect(hexOf(deriveBytes(secret, { salt, purpose }))).toBe(hexOf(hkdf(secret, salt, purpose, 32)));
  }
});

test.each([
  ['a key of 31 bytes', { key: published.key.subarray(1) }],
  ['a key of 33 bytes', { key: Buffer.concat([published.key, Buffer.of(0)]) }],
  ['a nonce of 12 bytes', { nonce: published.nonce.subarray(12) }],
  ['a nonce of 25 bytes', { nonce: Buffer.concat([published.nonce, Buffer.of(0)]) }],
])('[E1] %s is never used', (_, wrong) => {
  expect(() => encrypt(published.plaintext, { ...published, ...wrong })).toThrow('Broken promise');
  expect(() => decrypt(published.ciphertext, { ...published, ...wrong })).toThrow('Broken promise');
});

test('[E1] a ciphertext does not open once a bit of it, its nonce, key or associated data differs', () => {
  for (const part of ['ciphertext', 'nonce', 'key', 'associatedData'] as const) {
    for (let bit = 0; bit < published[part].length * 8; bit += 1) {
      const given = { ...published, [part]: flipBit(published[part], bit) };
      expect(decrypt(given.ciphertext, given)).toBeUndefined();
    }
  }
});

const hexOf = (bytes: Uint8Array | readonly number[]): string => Buffer.from(bytes).toString('hex');
