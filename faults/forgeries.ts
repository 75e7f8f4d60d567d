/** What a service may do to an answer that it should have passed on: to any field of it, to its order, to all of it. */
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { anyChange, changed } from './hostile-http.ts';
import type { Forge, Forged, Passed } from './hostile-service.ts';

interface Choice {
  readonly at: number;
  readonly pick: number;
}

type Make = (choice: Choice, passed: Passed, answer: Forged, past: readonly Passed[]) => Forged;

type Holder = Record<string, unknown>;

const json = (answer: Forged, value: unknown): Forged => ({ ...answer, body: JSON.stringify(value) });

/** Every object of a value that has this member. */
const holdersOf = (value: unknown, name: string): Holder[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap((member) => holdersOf(member, name));
  return Object.hasOwn(value, name) ? [value as Holder, ...inside] : inside;
};

const listsOf = (value: unknown): unknown[][] => {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(listsOf);
  return Array.isArray(value) && value.length > 0 ? [value as unknown[], ...inside] : inside;
};

/** Changes a copy. */
const withCopy = (answer: Forged, passed: Passed, change: (copy: unknown) => void): Forged => {
  const copy = structuredClone(passed.value);
  change(copy);
  return json(answer, copy);
};

const pickOf = <Value>(values: readonly Value[], pick: number): Value | undefined =>
  values[pick % values.length];

const NAMES = [
  ...['id', 'seq', 'sealed', 'next', 'has_more', 'remaining', 'head', 'keyring_generation', 'code'],
  ...['applied', 'conflicts', 'rejected', 'records', 'generation', 'recovery'],
] as const;

const ODD: readonly unknown[] = [
  ...[0, 1, -1, 2, 7, 1_000_000_000, Number.MAX_SAFE_INTEGER, 2 ** 53, 1e308, 0.5, true, false, null, ''],
  ...['0'.repeat(32), 'AQEA', 'x'.repeat(3_000_000), [], {}, [[]], ['0'.repeat(32)]],
];

/** A member by name, replaced by one that was truly sent under the same name: another record's, or an earlier one. */
const recall: Make = ({ at, pick }, passed, answer, past) =>
  withCopy(answer, passed, (copy) => {
    const name =
      pickOf(
        NAMES.filter((one) => holdersOf(copy, one).length > 0),
        at,
      ) ?? 'id';
    const holder = pickOf(holdersOf(copy, name), pick);
    const known = past.flatMap(({ value }) => holdersOf(value, name).map((one) => one[name]));
    if (holder !== undefined && known.length > 0)
      holder[name] = structuredClone(pickOf(known, pick * 7 + at));
  });

const oddValue: Make = ({ at, pick }, passed, answer) =>
  withCopy(answer, passed, (copy) => {
    const present = NAMES.filter((name) => holdersOf(copy, name).length > 0);
    const name = pickOf(present, at);
    const holder = name === undefined ? undefined : pickOf(holdersOf(copy, name), pick);
    if (holder !== undefined && name !== undefined) holder[name] = pickOf(ODD, pick);
  });

const flippedBit: Make = ({ at, pick }, passed, answer) =>
  withCopy(answer, passed, (copy) => {
    const holder = pickOf(holdersOf(copy, 'sealed'), pick);
    if (typeof holder?.sealed !== 'string') return;
    const bytes = Buffer.from(holder.sealed, 'base64');
    const bit = at % (bytes.length * 8);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    holder.sealed = bytes.toString('base64');
  });

const swappedMember: Make = ({ at, pick }, passed, answer) =>
  withCopy(answer, passed, (copy) => {
    const name = pickOf(['sealed', 'sealed', 'id', 'seq'] as const, at) ?? 'sealed';
    const holders = holdersOf(copy, name);
    const [one, other] = [pickOf(holders, pick), pickOf(holders, pick + 1)];
    if (one !== undefined && other !== undefined) [one[name], other[name]] = [other[name], one[name]];
  });

const rearranged =
  (change: (list: unknown[], pick: number) => void): Make =>
  ({ at, pick }, passed, answer) =>
    withCopy(answer, passed, (copy) => {
      const list = pickOf(listsOf(copy), at);
      if (list !== undefined) change(list, pick);
    });

const whole =
  (change: (answer: Forged, choice: Choice) => Partial<Forged>): Make =>
  (choice, _passed, answer) => ({ ...answer, ...change(answer, choice) });

const HTML = { 'content-type': 'text/html' };

const forgeries = {
  'a field as it was elsewhere': recall,
  'a field of the wrong kind': oddValue,
  'a flipped bit': flippedBit,
  'fields of two records swapped': swappedMember,
  'one left out': rearranged((list, pick) => list.splice(pick % list.length, 1)),
  'all left out': rearranged((list) => list.splice(0)),
  'one twice': rearranged((list, pick) => list.splice(pick % list.length, 0, list[pick % list.length])),
  'in reverse order': rearranged((list) => list.reverse()),
  'all twice': rearranged((list) => list.push(...list)),
  'an earlier answer to the same question': ({ pick }, passed, answer, past) => ({
    ...answer,
    status: 200,
    body:
      pickOf(
        past.filter(({ path }) => path === passed.path),
        pick,
      )?.text ?? answer.body,
  }),
  'an answer to another question': ({ pick }, _passed, answer, past) => ({
    ...answer,
    status: 200,
    body: pickOf(past, pick)?.text ?? answer.body,
  }),
  'more without end': (_choice, passed, answer) =>
    withCopy(answer, passed, (copy) => {
      for (const page of holdersOf(copy, 'has_more')) page.has_more = true;
    }),
  'nothing at all': whole(() => ({
    body: JSON.stringify({ applied: [], conflicts: [], rejected: [], head: 1 }),
  })),
  'a page to log in': whole(() => ({ headers: HTML, body: '<html>Welcome to the hotel</html>' })),
  'a failed proxy': whole(() => ({ status: 502, headers: HTML, body: '<html>Bad gateway</html>' })),
  'a redirect': whole(({ headers }, { pick }) => ({
    status: pickOf([301, 302, 303, 307, 308], pick) ?? 302,
    headers: { ...headers, location: 'http://127.0.0.1:9/' },
  })),
  'another status': whole((_answer, { pick }) => ({
    status: pickOf([201, 204, 206, 304, 400, 401, 404, 409, 418, 426, 429, 500, 503], pick) ?? 500,
  })),
  'a refusal': whole(({ headers }, { pick }) => {
    const code = pickOf(
      ['unauthorized', 'too_large', 'batch_id_reused', 'unavailable', 'rate_limited', 'x'],
      pick,
    );
    return {
      status: 400,
      headers: {
        ...headers,
        'retry-after': pickOf(['9'.repeat(9), '-1', 'x'.repeat(9_000), '1e9'], pick) ?? '',
      },
      body: JSON.stringify({ type: 'x', title: 'x', status: 400, code }),
    };
  }),
  'strange headers': whole(({ headers }, { pick }) => ({
    headers: {
      ...headers,
      'set-cookie': ['a=b', `c=${'d'.repeat(4_000)}`],
      // Not the past: that a clock is ahead of the service's, a device can learn from nobody else (rule S3).
      date: pickOf(['Fri, 31 Dec 9999 23:59:59 GMT', 'x'], pick) ?? '',
      'retry-after': '999999999',
      'mhb-protocol': '99',
    },
  })),
  'cut off': ({ at }, _passed, answer) => ({ ...answer, cutAt: at % Math.max(answer.body.length, 1) }),
  'half of it, as if whole': whole(({ body }, { at }) => ({
    body: body.slice(0, at % Math.max(body.length, 1)),
  })),
  'no JSON': whole(() => ({ body: 'not JSON' })),
  'a hundred thousand levels': whole(() => ({ body: '['.repeat(100_000) + ']'.repeat(100_000) })),
  'a prototype': whole(({ body }) => ({ body: body.toString().replace('{', '{"__proto__":{"ok":true},') })),
  'too much': whole(() => ({ body: `"${'x'.repeat(30_000_000)}"` })),
  'a bomb': whole(({ headers }) => ({
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: BOMB,
  })),
} as const satisfies Record<string, Make>;

const BOMB = gzipSync(Buffer.alloc(100_000_000, ' '), { level: 9 });

export const forgeryNames = Object.keys(forgeries) as readonly (keyof typeof forgeries)[];

export interface Forgery {
  readonly what: keyof typeof forgeries | 'any place changed';
  /** Which answers of a sync: the first, the second …; all where none is said. */
  readonly only: number | null;
  readonly forge: (past: readonly Passed[]) => Forge;
}

export const anyForgery: fc.Arbitrary<Forgery> = fc
  .record({
    what: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...forgeryNames) },
      { weight: 1, arbitrary: fc.constant('any place changed' as const) },
      {
        weight: 3,
        arbitrary: fc.constantFrom('a field as it was elsewhere', 'fields of two records swapped'),
      },
    ),
    only: fc.option(fc.nat({ max: 2 }), { freq: 4 }),
    at: fc.nat(),
    pick: fc.nat({ max: 1_000 }),
    change: anyChange,
  })
  .map(({ what, only, at, pick, change }) => ({
    what,
    only,
    forge: (past) => {
      let answers = -1;
      return (passed, answer) => {
        answers += 1;
        if (only !== null && only !== answers) return answer;
        if (what === 'any place changed') return json(answer, changed(passed.value, change));
        return forgeries[what]({ at, pick }, passed, answer, past);
      };
    },
  }));
