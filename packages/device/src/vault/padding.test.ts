import fc from 'fast-check';
import { expect, test } from 'vitest';
import { padIndependently } from './independent-path.testing.ts';
import { paddedSize, padText, unpadText } from './padding.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.string({ minLength: 500, maxLength: 5_000 }),
);

test('[E2] a text comes back as it was, however it is written', () => {
  fc.assert(fc.property(anyText, (text) => unpadText(padText(text)) === text.toWellFormed()));
});

test('[E2] padding agrees with the independent path', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(Buffer.from(padText(text)).equals(padIndependently(text))).toBe(true);
    }),
  );
});

test.each([
  [1, 512],
  [512, 512],
  [513, 1_024],
  [1_024, 1_024],
  [1_025, 2_048],
  [65_535, 65_536],
  [65_536, 65_536],
  // Padmé from here on: a step of 2,048 between 64 and 128 KiB.
  [65_537, 67_584],
  [67_585, 69_632],
  [131_072, 131_072],
  [131_073, 135_168],
])('[E2] %i bytes are padded to %i', (bytes, padded) => {
  expect(paddedSize(bytes)).toBe(padded);
});

test('[E2] padding never shrinks, never wastes more than 12 percent above 64 KiB, and keeps order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 24 }), (bytes) => {
      const padded = paddedSize(bytes);
      expect(padded).toBeGreaterThanOrEqual(Math.max(bytes, 512));
      expect(paddedSize(padded)).toBe(padded);
      expect(paddedSize(bytes + 1)).toBeGreaterThanOrEqual(padded);
      if (bytes > 65_536) expect(padded / bytes).toBeLessThan(1.12);
      else expect(Math.log2(padded) % 1).toBe(0);
    }),
  );
});

test('[E2] nothing of a longer text stays behind in a shorter one', () => {
  padText('secret '.repeat(70));
  expect(
    Buffer.from(padText('{}'))
      .subarray(6)
      .every((byte) => byte === 0),
  ).toBe(true);
});

test('[E2] every byte of padding that is not zero is noticed', () => {
  const padded = padIndependently('{}');
  for (let index = 6; index < padded.length; index += 1) {
    const spoilt = Buffer.from(padded);
    spoilt[index] = 1;
    expect(unpadText(spoilt)).toBeUndefined();
  }
});

test('[E2] a padded text of another size than its length demands is noticed', () => {
  const padded = padIndependently('{}');
  expect(unpadText(Buffer.concat([padded, Buffer.alloc(512)]))).toBeUndefined();
  expect(unpadText(padded.subarray(0, 511))).toBeUndefined();
  expect(unpadText(padded.subarray(0, 6))).toBeUndefined();
  expect(unpadText(Buffer.alloc(0))).toBeUndefined();
  for (const length of [509, 512, 0x7fffffff, 0xffffffff]) {
    const lying = Buffer.from(padded);
    lying.writeUInt32BE(length);
    expect(unpadText(lying)).toBeUndefined();
  }
});

test.each([
  ['a lone continuation byte', '80'],
  ['a cut character', 'e4b8'],
  ['an overlong form', 'c0af'],
  ['a surrogate', 'eda080'],
])('[E2] %s is not UTF-8', (_, bytes) => {
  const text = Buffer.from(bytes, 'hex');
  const padded = Buffer.alloc(512);
  padded.writeUInt32BE(text.length);
  text.copy(padded, 4);
  expect(unpadText(padded)).toBeUndefined();
});
