/** What is looked at before a body is parsed, alone: a schema that would refuse it too comes later. */
import { expect, test } from 'vitest';
import { parseJsonBody } from './json-body.ts';

const read = (body: string | Buffer): unknown => parseJsonBody(Buffer.from(body));

test.each([
  ['nine levels', '[[[[[[[[[1]]]]]]]]]'],
  ['a hundred thousand levels', '[{"a":'.repeat(50_000)],
  ['more parts than any request has', `[${'1,'.repeat(50_001)}1]`],
  ['a name twice', '{"a":1,"a":1}'],
  ['a name twice, further in', '[{"b":{"a":1,"c":[],"a":1}}]'],
  ['a name twice, with white space', '{"a" :1,\n"a"\t: 1}'],
  ['a name in disguise', '{"\\u0061":1}'],
  ['a name without end', `{"${'a'.repeat(101)}":1}`],
  ['a prototype', '{"a":{"__proto__":1}}'],
  ['a constructor', '[{"constructor":1}]'],
  ['an invalid byte', Buffer.from([0x22, 0xff, 0x22])],
  ['an overlong byte', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ['half a pair', '"\\ud800"'],
  ['a byte order mark', '\ufeff1'],
  ['a zero with a sign', '[-0]'],
  ['a zero with a sign and a fraction', '[-0.0]'],
  ['a raw NUL', '"\0"'],
  ['a text without end', '"\\"'],
  ['two documents', '1 1'],
  ['nothing', ''],
])('[D10] a body with %s is refused', (_what, body) => {
  expect(() => read(body)).toThrow('invalid_request');
});

test.each([
  ['eight levels', '[[[[[[[[1]]]]]]]]'],
  ['one name in two objects', '[{"a":1},{"a":{"a":1}}]'],
  ['names as values', '{"a":"a","b":"a","c":["a","a","b"]}'],
  ['what looks like JSON in a text', '{"a":"{\\"a\\":1,\\"a\\":[[[[[[[[["}'],
  ['backslashes before a quote', '{"a":"\\\\","b":"\\\\\\""}'],
  ['characters of four bytes', '"😀"'],
  ['characters in escapes', '"\\ud83d\\ude00"'],
])('[D10] a body with %s is read as it is', (_what, body) => {
  expect(read(body)).toEqual(JSON.parse(body));
});

test('[D10] a hostile body of the greatest size costs no more than a look', () => {
  const bodies = [
    '['.repeat(4_194_304),
    `"${'\\'.repeat(4_194_301)}"`,
    '"",'.repeat(1_398_101),
    `{${Array.from({ length: 60_000 }, (_, index) => `"${String(index)}":1`).join(',')}}`,
  ];
  for (const body of bodies) {
    const bytes = Buffer.from(body);
    const took = [1, 2, 3].map(() => {
      // Of the processor, which other programs may be using meanwhile.
      const before = process.cpuUsage();
      expect(() => parseJsonBody(bytes)).toThrow('invalid_request');
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    expect(Math.min(...took)).toBeLessThan(50);
  }
});
