/**
 * Whatever is given to a command, it answers: a value, or a refusal that changed nothing and repeats nothing of what
 * was given. `MHB_FUZZ_CALLS` says how many calls; 100,000 without it.
 */
import { commandTable } from '@mhb/device';
import { openTestDevice, temporaryFolder, type TestDevice } from '@mhb/device/testing';
import Driver from 'better-sqlite3-multiple-ciphers';
import fc from 'fast-check';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const CALLS = Number(process.env.MHB_FUZZ_CALLS ?? 100_000);

/** Stands in every text that is made up here, so that it would be found in an answer. The space keeps it from being a name. */
const MARK = 'secret words';

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => `${MARK}${text}`),
  fc.constantFrom('\ud800', '\udfff', '\u0000', '\u202e', '👩‍👩‍👧‍👦', 'e\u0301').map((text) => MARK + text),
  fc.constantFrom(60, 120, 6_000, 11_000, 300_000).map((length) => MARK.padEnd(length, 'x')),
);

const moments = fc.constantFrom(
  '2025-03-10T12:00:00Z',
  '2025-03-10T11:59:59.999+05:45',
  '2025-03-09T12:00:00Z',
  '0000-01-01T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2025-02-30T00:00:00Z',
  '2025-03-30T02:30:00',
  '2025-03-10',
);

const values = fc.oneof(
  texts,
  moments,
  fc.constantFrom(NaN, Infinity, -Infinity, -0, -1, 0, 1, 3, 7, 8, 0.5, 2 ** 53, 1e308, 10n, 2n ** 64n),
  fc.constantFrom(null, undefined, true, false, [], {}, [[]], [null], new Date(NaN), Symbol.iterator),
  fc.constantFrom(
    'PHQ9',
    'OASIS',
    'days_per_period',
    'weekly',
    '20:00',
    'draft',
    'day_start',
    '03:00',
    '#FF0000',
  ),
  fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 22 }),
  fc.array(texts, { maxLength: 3 }),
  fc.object({ maxDepth: 2 }),
);

const prototypeKeys = ['__proto__', 'constructor', 'prototype', 'toString', `${MARK} as a name`];

const fieldsOf = (name: string): readonly string[] => {
  const command = commandTable[name];
  const schema: unknown = z.toJSONSchema(command?.input ?? z.never(), {
    io: 'input',
    unrepresentable: 'any',
  });
  const found = z.object({ properties: z.record(z.string(), z.unknown()) }).safeParse(schema);
  return found.success ? Object.keys(found.data.properties) : ['key', 'value'];
};

/** What has an id in the history that the calls meet, and ids of nothing. */
const openWithHistory = async (databasePath: string) => {
  const device = await openTestDevice({ databasePath });
  const idOf = async (name: string, input: object): Promise<string> =>
    ((await device.run(name, input)) as { readonly id: string }).id;
  const group = await idOf('create_activity_group', { name: 'Outside' });
  const activity = await idOf('create_activity', { group_id: group, name: 'Walk' });
  const twin = await idOf('create_activity', { group_id: group, name: 'Swim' });
  const mood = await idOf('log_mood', { mood_rating: 3, activity_ids: [activity] });
  const log = await idOf('log_activity', { activity_id: activity });
  const assessment = await idOf('submit_assessment', { instrument: 'OASIS', responses: [0, 1, 2, 3, 4] });
  const unknown = '0195804c-7000-7000-8000-000000000001';
  return { device, ids: [group, activity, twin, mood, log, assessment, unknown, unknown.toUpperCase()] };
};

const calls = (ids: readonly string[]) => {
  const anything = fc.oneof(
    { weight: 3, arbitrary: values },
    { weight: 2, arbitrary: fc.constantFrom(...ids) },
  );
  const names = Object.keys(commandTable);
  return fc.oneof(
    { weight: 1, arbitrary: fc.tuple(fc.oneof(texts, fc.constantFrom(...prototypeKeys)), anything) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...names), anything) },
    {
      weight: 20,
      arbitrary: fc.constantFrom(...names).chain((name) => {
        const fields = [...fieldsOf(name), ...fieldsOf(name), ...prototypeKeys];
        // Entries and not an object, so that "__proto__" becomes a key of its own.
        const entries = fc.array(fc.tuple(fc.constantFrom(...fields), anything), { maxLength: 6 });
        return fc.tuple(fc.constant(name), entries.map(Object.fromEntries));
      }),
    },
  );
};

const check = async (
  device: TestDevice,
  watch: Driver.Database,
  [name, input]: readonly [string, unknown],
) => {
  const version = (): unknown => watch.pragma('data_version', { simple: true });
  const before = version();
  // The device of a test holds every answer against its schema.
  const answer = await device.call(name, input);
  if (!('error' in answer)) return;
  expect(JSON.stringify(answer.error)).not.toContain(MARK);
  expect(version()).toBe(before);
};

test(`${String(CALLS)} calls with anything at all are answered, and a refusal changes and repeats nothing`, async () => {
  // A command that writes files takes any text for the name of a folder.
  process.chdir(temporaryFolder());
  const databasePath = join(temporaryFolder(), 'device.db');
  const { device, ids } = await openWithHistory(databasePath);
  const watch = new Driver(databasePath, { readonly: true });
  await fc.assert(
    fc.asyncProperty(calls(ids), (call) => check(device, watch, call)),
    { numRuns: CALLS },
  );
  watch.close();
  expect(() => device.exportJson()).not.toThrow();
  device.close();
});
