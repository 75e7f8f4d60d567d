/** What must never open (rules E1, E2, E8). Envelopes that only a thief of the key could make come from the independent path. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { loadCipher } from './cipher.ts';
import { padIndependently, sealIndependently } from './independent-path.testing.ts';
import { sealingKeyOf } from './keys.ts';
import { keyIdIn, open, type Place, receivedSealed, seal, sealedKinds } from './seal.ts';
import { account, countedRandom, flipBit, otherAccount } from './vault.testing.ts';

const key = sealingKeyOf(Buffer.alloc(32, 1), account, 'record');
const otherKey = sealingKeyOf(Buffer.alloc(32, 2), account, 'record');
const place: Place = {
  kind: 'record',
  account: Buffer.from(account, 'hex'),
  object: Buffer.from('0123456789abcdef0123456789abcdef', 'hex'),
};
const json = '{"groups":{"rating":{"mood_rating":2}},"v":1}';
const random = countedRandom();

const sealWithPadded = (padded: Buffer): Buffer =>
  sealIndependently({
    key: Buffer.from(key.bytes),
    nonce: Buffer.from(random(24)),
    kind: sealedKinds[place.kind],
    account: Buffer.from(place.account),
    object: Buffer.from(place.object),
    padded,
  });

const sealBytes = (text: Buffer): Buffer => {
  const padded = Buffer.alloc(512);
  padded.writeUInt32BE(text.length);
  text.copy(padded, 4);
  return sealWithPadded(padded);
};

const failureOf = (sealed: Uint8Array, keys = [key], where = place): string | undefined => {
  const opened = open(sealed, keys, where);
  return opened.ok ? undefined : opened.error.type;
};

beforeAll(loadCipher);

test('[E1] what was sealed opens in its place and gives back the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(open(seal(text, key, place, random), [otherKey, key], place)).toEqual({
        ok: true,
        value: JSON.parse(text) as unknown,
      });
    }),
  );
});

test('[E1] [E8] no envelope opens with any one bit flipped', () => {
  const sealed = seal(json, key, place, random);
  const failures = Array.from({ length: sealed.length * 8 }, (_, bit) => failureOf(flipBit(sealed, bit)));
  expect(failures.slice(0, 16).every((type) => type === 'UnknownFormat')).toBe(true);
  expect(failures.slice(16, 18 * 8).every((type) => type === 'UnknownKey')).toBe(true);
  expect(failures.slice(18 * 8).every((type) => type === 'CannotOpen')).toBe(true);
});

test('[E1] [E8] no envelope opens cut short or made longer, at either end', () => {
  const sealed = seal(json, key, place, random);
  for (let length = 0; length < sealed.length; length += 1) {
    expect(failureOf(sealed.subarray(0, length))).toBeDefined();
    expect(failureOf(sealed.subarray(sealed.length - length))).toBeDefined();
  }
  for (const added of [1, 16, 512, sealed.length]) {
    expect(failureOf(Buffer.concat([sealed, Buffer.alloc(added)]))).toBe('CannotOpen');
    expect(failureOf(Buffer.concat([Buffer.alloc(added), sealed]))).toBeDefined();
  }
  expect(failureOf(Buffer.concat([sealed, sealed]))).toBe('CannotOpen');
});

test('[E1] [E8] an envelope opens for no other kind, account, object or key', () => {
  const sealed = seal(json, key, place, random);
  for (const kind of Object.keys(sealedKinds) as Place['kind'][]) {
    expect(failureOf(sealed, [key], { ...place, kind })).toBe(kind === 'record' ? undefined : 'CannotOpen');
  }
  for (let bit = 0; bit < 128; bit += 1) {
    expect(failureOf(sealed, [key], { ...place, account: flipBit(place.account, bit) })).toBe('CannotOpen');
    expect(failureOf(sealed, [key], { ...place, object: flipBit(place.object, bit) })).toBe('CannotOpen');
  }
  expect(failureOf(sealed, [otherKey])).toBe('UnknownKey');
  expect(failureOf(sealed, [])).toBe('UnknownKey');
  // Another key under the same id, as if ids did not commit to keys.
  expect(failureOf(sealed, [{ id: key.id, bytes: otherKey.bytes }])).toBe('CannotOpen');
  expect(
    failureOf(sealed, [
      { id: key.id, bytes: sealingKeyOf(Buffer.alloc(32, 1), otherAccount, 'record').bytes },
    ]),
  ).toBe('CannotOpen');
});

test('[E1] a later version or suite is said to be one, so that the app can ask to be updated', () => {
  const sealed = seal(json, key, place, random);
  for (const at of [0, 1]) {
    const later = Uint8Array.from(sealed);
    later[at] = 2;
    expect(failureOf(later)).toBe('UnknownFormat');
  }
});

test('[E2] [E8] a well-sealed envelope with anything but zeros as padding does not open', () => {
  const padded = padIndependently(json);
  expect(failureOf(sealWithPadded(padded))).toBeUndefined();
  for (let index = json.length + 4; index < padded.length; index += 1) {
    expect(failureOf(sealWithPadded(Buffer.from(flipBit(padded, index * 8))))).toBe('CannotOpen');
  }
});

test('[E2] [E8] a well-sealed envelope padded to another size does not open', () => {
  const padded = padIndependently(json);
  for (const added of [1, 16, 512, 1_536]) {
    expect(failureOf(sealWithPadded(Buffer.concat([padded, Buffer.alloc(added)])))).toBe('CannotOpen');
  }
  for (const size of [0, 1, 3, 4, json.length + 4, 256, 511]) {
    expect(failureOf(sealWithPadded(padded.subarray(0, size)))).toBe('CannotOpen');
  }
});

test.each([
  ['nothing', ''],
  ['half of an object', Buffer.from('{"v":').toString('hex')],
  ['something after the value', Buffer.from('{} {}').toString('hex')],
  ['a byte order mark', 'efbbbf7b7d'],
  ['bytes that are not UTF-8', '22ff22'],
  ['a value and a zero', '7b7d00'],
])('[E2] a well-sealed envelope around %s does not open', (_, text) => {
  expect(failureOf(sealBytes(Buffer.from(text, 'hex')))).toBe('CannotOpen');
});

test('[E1] equal texts sealed in one place look nothing alike', () => {
  const [one, other] = [seal(json, key, place, random), seal(json, key, place, random)];
  const equalBytes = one.subarray(18).filter((byte, index) => byte === other[18 + index]).length;
  // By chance one byte in 256 is equal: 2 of 552, and 20 practically never.
  expect(equalBytes).toBeLessThan(20);
});

test('[E1] whatever bytes arrive, opening answers and never throws', () => {
  const header = Buffer.concat([Buffer.of(1, 1), key.id]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), fc.boolean(), (bytes, withHeader) => {
      expect(failureOf(withHeader ? Buffer.concat([header, bytes]) : bytes)).toBeDefined();
    }),
  );
});

test('[E7] an envelope says which key sealed it, and what is none says nothing', () => {
  const sealed = seal(json, key, place, random);
  expect(keyIdIn(sealed)).toEqual(key.id);
  const shortest = sealed.subarray(0, 58);
  expect(keyIdIn(shortest)).toEqual(key.id);
  expect(keyIdIn(sealed.subarray(0, 57))).toBeUndefined();
  for (const byte of [0, 1]) {
    const other = Uint8Array.from(sealed);
    other[byte] = 2;
    expect(keyIdIn(other)).toBeUndefined();
  }
});

test('[E1] what is too short to be an envelope does not open, whatever it begins with', () => {
  for (const length of [0, 1, 2, 57]) expect(failureOf(Buffer.alloc(length, 1))).toBe('CannotOpen');
});

test('[E1] an id of another length than 16 bytes seals nothing and opens nothing', () => {
  const short = { ...place, account: place.account.subarray(1) };
  const long = { ...place, object: Buffer.concat([place.object, Buffer.alloc(1)]) };
  const sealed = seal(json, key, place, random);
  for (const wrong of [short, long]) {
    expect(() => seal(json, key, wrong, random)).toThrow('an id has 16 bytes');
    expect(() => open(sealed, [key], wrong)).toThrow('an id has 16 bytes');
  }
});

test('[E3] what arrived is passed on as it is', () => {
  const bytes = Uint8Array.of(1, 1, 2);
  expect(receivedSealed(bytes)).toBe(bytes);
});
