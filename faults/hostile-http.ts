/** What may be wrong with a request: mostly one thing, in a request that is right otherwise. */
import fc from 'fast-check';

/** Stands in every text that is made up here, so that it would be found in an answer. */
export const MARK = 'secret words';

/** Whose key a request carries. */
export const callers = [
  ...Array<'own'>(16).fill('own'),
  ...(['of another account', 'none', 'mistyped', 'unknown', 'very long', 'no bearer'] as const),
] as const;
export type Caller = (typeof callers)[number];

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => MARK + text),
  fc.constantFrom(
    '\ud800',
    '\u0000',
    '\u202e',
    '👩‍👩‍👧‍👦',
    "'; drop table record; --",
    '${7*7}',
    '../../etc/passwd',
  ),
  fc.constantFrom(60, 6_000, 300_000).map((length) => MARK.padEnd(length, 'x')),
);

export const anything = fc.oneof(
  { weight: 3, arbitrary: anyText },
  {
    weight: 3,
    arbitrary: fc.constantFrom(-1, 0, 1, 0.5, -0.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 1e21, 1e308),
  },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], '') },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('0'.repeat(16), 'f'.repeat(32), 'F'.repeat(32), '0'.repeat(48), 'AQE=', 'AQE'),
  },
);

const names = fc.constantFrom('__proto__', 'constructor', 'prototype', 'id', 'seq', `${MARK} as a name`, '');

/** What is done to the body before it is text. */
export const anyChange = fc.oneof(
  fc.record({ what: fc.constant('replace' as const), at: fc.nat(), by: anything }),
  fc.record({ what: fc.constant('remove' as const), at: fc.nat() }),
  fc.record({ what: fc.constant('add' as const), at: fc.nat(), name: names, by: anything }),
  fc.record({ what: fc.constant('repeat' as const), at: fc.nat() }),
);
export type BodyChange = typeof anyChange extends fc.Arbitrary<infer Change> ? Change : never;

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The value with one place in it changed, counted over all places in order. */
export const changed = (value: unknown, change: BodyChange): unknown => {
  const places = countPlaces(value);
  return changeAt(value as Json, change.at % places, change)[0];
};

const countPlaces = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, member) => sum + countPlaces(member), 1)
    : 1;

const changeAt = (value: Json, at: number, change: BodyChange): readonly [unknown, number] => {
  if (at === 0) return [changeHere(value, change), -1];
  let left = at - 1;
  if (typeof value !== 'object' || value === null) return [value, left];
  const members = Object.entries(value).map(([name, member]: [string, Json]): readonly [string, unknown] => {
    if (left < 0) return [name, member];
    const [next, remaining] = changeAt(member, left, change);
    left = remaining;
    return [name, next];
  });
  const kept = members.filter(([, member]) => member !== REMOVED);
  if (Array.isArray(value)) return [kept.map(([, member]) => member), left];
  return [Object.fromEntries(kept), left];
};

const REMOVED = Symbol('removed');

const changeHere = (value: Json, change: BodyChange): unknown => {
  if (change.what === 'replace') return change.by;
  if (change.what === 'remove') return REMOVED;
  if (change.what === 'repeat') return [value, value].flat();
  if (typeof value !== 'object' || value === null) return { [change.name]: change.by };
  if (Array.isArray(value)) return [value, change.by].flat();
  // Entries and not an assignment, so that "__proto__" becomes a member of its own.
  return Object.fromEntries([...Object.entries(value), [change.name, change.by]]);
};

/** What is done to the text. */
export const textChanges = {
  none: (text: string) => Buffer.from(text),
  'cut off': (text: string) => Buffer.from(text.slice(0, Math.floor(text.length * 0.7))),
  'names twice': (text: string) => Buffer.from(text.replace('{', `{"device_id":"${MARK}",`)),
  'invalid UTF-8': (text: string) =>
    Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xc0, 0xaf, 0xff])]),
  'byte order mark': (text: string) => Buffer.from(`\ufeff${text}`),
  'UTF-16': (text: string) => Buffer.from(text, 'utf16le'),
  'a hundred levels': (text: string) => Buffer.from(`${'['.repeat(100)}${text}${']'.repeat(100)}`),
  'a number beyond numbers': (text: string) => Buffer.from(text.replace(/:\d+/, ':1e400')),
  'a negative zero': (text: string) => Buffer.from(text.replace(/:\d+/, ':-0')),
  'no JSON': () => Buffer.from(MARK),
  empty: () => Buffer.alloc(0),
} as const;
export type TextChange = keyof typeof textChanges;

const APPLICATION_JSON = 'application/json';

/** Headers beside the key; most requests have the right ones. */
export const anyHeaders = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.constant<Readonly<Record<string, string>>>({ 'content-type': APPLICATION_JSON }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        'content-type': fc.constantFrom(
          APPLICATION_JSON,
          'application/json; charset=utf-16',
          'text/plain',
          'application/xml',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          MARK,
        ),
        'content-encoding': fc.constantFrom('gzip', 'br', 'deflate', 'identity', MARK),
        'mhb-protocol': fc.constantFrom('0', '1', '2', '3', '-1', '1e9', MARK),
        'mhb-mailbox-token': fc.constantFrom('', MARK, '0'.repeat(64)),
        'x-forwarded-for': fc.constantFrom('127.0.0.1', MARK),
        'x-http-method-override': fc.constant('DELETE'),
        accept: fc.constantFrom('text/html', '*/*', MARK),
        cookie: fc.constant(`session=${MARK}`),
        expect: fc.constant(MARK),
      },
      { requiredKeys: [] },
    ),
  },
);

export const anyMethod = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE');

export const anyAddress = fc.oneof(
  fc.webPath().map((path) => `/${path}`),
  fc.stringMatching(/^\/[!-~]{0,60}$/),
  fc.constantFrom(
    '/%E0%A4%A',
    '//health',
    '/health/',
    '/v1/../health',
    '/v1/sync/upload?x=1#y',
    '/*',
    '/%00',
  ),
);
