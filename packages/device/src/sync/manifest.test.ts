/** What the manifests of several devices say side by side. */
import { DeviceId } from '@mhb/core-domain/sync';
import { describe, expect, test } from 'vitest';
import { type Manifest, mismatchesOf, operationsSeenOf } from './manifest.ts';

const [self, a, b] = ['01', '0a', '0b'].map((byte) => DeviceId.parse(byte.repeat(8))) as [
  DeviceId,
  DeviceId,
  DeviceId,
];
const digest = (byte: string): string => byte.repeat(32);
const here = { head: 10, count: 5, digest: digest('11') };

const manifest = (change: Partial<Manifest> = {}): Manifest => ({
  v: 1,
  operations: 3,
  seen: {},
  head: 9,
  digest: digest('99'),
  ...change,
});

const whatIn = (
  manifests: readonly (readonly [DeviceId, Manifest])[],
  seen: readonly (readonly [DeviceId, number])[] = [],
): readonly string[] =>
  mismatchesOf({ deviceId: self, manifests: new Map(manifests), seen: new Map(seen), here }).map(
    ({ what }) => what,
  );

describe('[E10] what fits', () => {
  test('older heads, the same digest at the same head, numbers that grow, devices nobody has seen', () => {
    expect(whatIn([])).toEqual([]);
    expect(
      whatIn(
        [
          [a, manifest({ seen: { [b]: 2, [self]: 1 } })],
          [b, manifest({ head: 10, digest: here.digest })],
        ],
        [
          [a, 3],
          [b, 1],
        ],
      ),
    ).toEqual([]);
  });

  test('a device that was seen and is not listed any more: it may have been revoked', () => {
    expect(whatIn([[a, manifest({ seen: { [b]: 7 } })]], [[b, 7]])).toEqual([]);
  });

  test('a digest of its own, from when something was kept from it', () => {
    expect(whatIn([[self, manifest({ head: 10 })]])).toEqual([]);
  });
});

describe('[E10] what does not fit', () => {
  test('a number that is smaller than this device has seen', () => {
    expect(whatIn([[a, manifest()]], [[a, 4]])).toEqual(['count']);
  });

  test('a number that is smaller than another device has seen', () => {
    expect(
      whatIn([
        [a, manifest()],
        [b, manifest({ seen: { [a]: 4 } })],
      ]),
    ).toEqual(['count']);
  });

  test('a head beyond the one that is served, of another device or its own', () => {
    expect(whatIn([[a, manifest({ head: 11 })]])).toEqual(['head']);
    expect(whatIn([[self, manifest({ head: 11 })]])).toEqual(['head']);
  });

  test('another digest at the same head', () => {
    expect(whatIn([[a, manifest({ head: 10 })]])).toEqual(['digest']);
  });
});

test('[E10] [F22] a device that was restored learns its number from whoever has seen the greatest', () => {
  const seenBy = (manifests: readonly (readonly [DeviceId, Manifest])[]) =>
    operationsSeenOf(self, new Map(manifests));
  expect(seenBy([])).toBe(0);
  expect(seenBy([[self, manifest({ operations: 5 })]])).toBe(5);
  expect(
    seenBy([
      [self, manifest({ operations: 5 })],
      [a, manifest({ seen: { [self]: 8 } })],
    ]),
  ).toBe(8);
});
