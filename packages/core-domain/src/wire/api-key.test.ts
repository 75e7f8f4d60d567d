/** How an API key reads, and what a typing error in one does. */
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatApiKey, parseApiKey } from './api-key.ts';
import { KeyId } from './protocol.ts';

const anyHex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${String(length)}}$`));

const anyKey = fc
  .record({ keyId: anyHex(48), secret: anyHex(64) })
  .map(({ keyId, secret }) => ({ keyId: KeyId.parse(keyId), secret }));

test('[D9] a key gives back what it was made of, with the account at its front', () => {
  fc.assert(
    fc.property(anyKey, ({ keyId, secret }) => {
      const parts = parseApiKey(formatApiKey({ keyId, secret }));
      expect(parts).toEqual({ accountId: keyId.slice(0, 32), keyId, secret });
    }),
  );
});

test('[D9] its check sum is the CRC-32 of everybody else', () => {
  fc.assert(
    fc.property(anyKey, ({ keyId, secret }) => {
      const sum = crc32(`${keyId}_${secret}`).toString(16).padStart(8, '0');
      expect(formatApiKey({ keyId, secret })).toBe(`mhb_${keyId}_${secret}_${sum}`);
    }),
  );
});

test('[D9] a key with one wrong, missing or added character is none', () => {
  const anyTypo = fc.record({
    key: anyKey.map(formatApiKey),
    place: fc.nat({ max: 130 }),
    typed: fc.constantFrom('0', 'f', '_', 'x', 'A', ' ', ''),
    replaced: fc.nat({ max: 1 }),
  });
  fc.assert(
    fc.property(anyTypo, ({ key, place, typed, replaced }) => {
      const mistyped = key.slice(0, place) + typed + key.slice(place + replaced);
      fc.pre(mistyped !== key);
      expect(parseApiKey(mistyped)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
