/** Argon2id against an independent implementation, and a cost that follows the computer. */
import { argon2id } from '@noble/hashes/argon2.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrateCost, deriveFromPassphrase, type PassphraseCost, SALT_BYTES } from './passphrase.ts';

test('the key is Argon2id of the passphrase in NFKC', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.uint8Array({ minLength: SALT_BYTES, maxLength: SALT_BYTES }),
      fc.constantFrom<PassphraseCost>(
        { memory_kib: 64, passes: 1, parallelism: 1 },
        { memory_kib: 128, passes: 2, parallelism: 4 },
      ),
      async (passphrase, salt, cost) => {
        const other = argon2id(passphrase.normalize('NFKC'), salt, {
          m: cost.memory_kib,
          t: cost.passes,
          p: cost.parallelism,
          dkLen: 32,
        });
        expect(Buffer.from(await deriveFromPassphrase(passphrase, { salt, cost }))).toEqual(
          Buffer.from(other),
        );
      },
    ),
    { numRuns: 30 },
  );
});

/** A computer that takes so long for one pass over 64 MiB. */
const computer =
  (msPerPass: number) =>
  ({ memory_kib, passes }: PassphraseCost): Promise<number> =>
    Promise.resolve((memory_kib / 65_536) * passes * msPerPass);

test.each([
  ['a fast one', 5],
  ['a usual one', 40],
  ['a slow one', 160],
])('on %s a guess costs about half a second', async (_, msPerPass) => {
  const measure = computer(msPerPass);
  const ms = await measure(await calibrateCost(500, measure));
  expect(ms).toBeGreaterThan(400);
  expect(ms).toBeLessThan(600);
});

test('however slow the computer, it is never less than RFC 9106 recommends', async () => {
  const least = { memory_kib: 65_536, passes: 3, parallelism: 4 };
  expect(await calibrateCost(500, computer(5_000))).toEqual(least);
});
