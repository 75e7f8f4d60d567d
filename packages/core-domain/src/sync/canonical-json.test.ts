/** One text per value, whatever the order it was put together in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from './canonical-json.ts';

test('keys stand in code unit order, numbers and text as ECMAScript writes them', () => {
  const value: Json = {
    b: [1e21, -0, 0.1, 1e-7],
    a: { '\u20ac': '\u20ac', '\r': '\n', '1': null },
    '😀': true,
  };
  expect(canonicalJson(value)).toBe('{"a":{"\\r":"\\n","1":null,"€":"€"},"b":[1e+21,0,0.1,1e-7],"😀":true}');
});

test('it says what the value says, and the order of its keys makes no difference', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonicalJson(value as Json);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value as Json))).toBe(text);
    }),
  );
});

const reversed = (value: Json): Json => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
};
