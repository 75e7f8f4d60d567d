/** Frequency, trend and goals, counted by SQL: the shared cases through the commands, and against plain TypeScript. */
import {
  activityFrequency,
  type ActivityLog,
  activityTrend,
  type DayStart,
  goalProgress,
  instantOf,
} from '@mhb/core-domain';
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import vectors from '../../../core-domain/vectors/goals_trends.json' with { type: 'json' };
import { openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';

type Input = (typeof vectors.cases)[number]['input'];

const idOf = async (device: TestDevice, name: string, input: object): Promise<string> =>
  ((await device.run(name, input)) as { readonly id: string }).id;

/** A device with the logs of a case. The activities that count are in one group, the others in another. */
const openWithLogs = async ({ logs = [], counts = ['A'], timezone }: Input) => {
  const device = await openTestDevice({ now: '2030-01-01T00:00:00Z', timeZone: timezone ?? 'UTC' });
  const group = await idOf(device, 'create_activity_group', { name: 'Group' });
  const elsewhere = await idOf(device, 'create_activity_group', { name: 'Elsewhere' });
  const nameOf = (log: object): string => ('activity' in log ? String(log.activity) : 'A');
  const activities = new Map<string, string>();
  for (const name of new Set(['A', ...logs.map(nameOf)])) {
    const group_id = counts.some((counted) => counted === name) ? group : elsewhere;
    activities.set(name, await idOf(device, 'create_activity', { group_id, name }));
  }
  for (const log of logs) {
    // With a space, and without an offset, is how the original app's file may have it; commands take ISO 8601.
    const logged_at = log.logged_at.replace(/^(.{10}) (.*[^Z])$/, '$1T$2Z');
    await device.run('log_activity', { activity_id: activities.get(nameOf(log)), logged_at });
  }
  return { device, group, activity: activities.get('A') };
};

const closeTo = (expected: object): object =>
  Object.fromEntries(
    Object.entries(expected).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? (expect.closeTo(value, 5) as unknown) : value,
    ]),
  );

const ofKind = (kind: string) => vectors.cases.filter((vector) => vector.kind === kind);

describe('the shared cases', () => {
  test.each(ofKind('frequency'))('$id $note', async ({ input, expected }) => {
    const { device, group, activity } = await openWithLogs(input);
    const range = { start_date: input.start, end_date: input.end };
    for (const target of [{ activity_id: activity }, { group_id: group }]) {
      expect(await device.run('get_activity_frequency', { ...target, ...range })).toEqual(closeTo(expected));
    }
    device.close();
  });

  test.each(ofKind('trend'))('$id $note', async ({ input, expected }) => {
    const { device, group, activity } = await openWithLogs(input);
    const period = { period_days: input.period_days, current_time: input.now };
    for (const target of [{ activity_id: activity }, { group_id: group }]) {
      expect(await device.run('get_activity_trend', { ...target, ...period })).toEqual(closeTo(expected));
    }
    device.close();
  });

  test.each(ofKind('goal'))('$id $note', async ({ input, expected }) => {
    const { device, group, activity } = await openWithLogs(input);
    const { goal_type, target_value, period_days } = input;
    const target = (input.counts ?? ['A']).length !== 1 ? { group_id: group } : { activity_id: activity };
    const id = await idOf(device, 'set_activity_goal', { ...target, goal_type, target_value, period_days });
    expect(await device.run('check_goal_progress', { id, current_time: input.now })).toMatchObject(
      closeTo(expected),
    );
    device.close();
  });
});

test('deleted logs, and activities that left the group, do not count', async () => {
  const device = await openTestDevice({ timeZone: 'UTC' });
  const group = await idOf(device, 'create_activity_group', { name: 'Outside' });
  const other = await idOf(device, 'create_activity_group', { name: 'Inside' });
  const walk = await idOf(device, 'create_activity', { group_id: group, name: 'Walk' });
  const swim = await idOf(device, 'create_activity', { group_id: group, name: 'Swim' });
  await device.run('log_activity', { activity_id: walk, logged_at: '2025-03-08T12:00:00Z' });
  await device.run('log_activity', { activity_id: swim, logged_at: '2025-03-09T12:00:00Z' });
  const gone = await idOf(device, 'log_activity', { activity_id: walk, logged_at: '2025-03-10T11:00:00Z' });
  const days = async (): Promise<unknown> =>
    ((await device.run('get_activity_trend', { group_id: group, period_days: 7 })) as Record<string, unknown>)
      .current_period_days;
  expect(await days()).toBe(3);
  await device.run('delete_activity_log', { id: gone });
  expect(await days()).toBe(2);
  await device.run('update_activity', { id: swim, group_id: other });
  expect(await days()).toBe(1);
  await device.run('delete_activity', { id: walk });
  expect(await days()).toBe(0);
  device.close();
});

test('what can not be asked names its field', async () => {
  const device = await openTestDevice();
  const group = await idOf(device, 'create_activity_group', { name: 'Outside' });
  const unknown = '0195804c-7000-7000-8000-000000000001';
  const range = { start_date: '2025-03-08T12:00:00Z', end_date: '2025-03-09' };
  const fieldsOf = async (input: object): Promise<unknown> => {
    const answer = await device.call('get_activity_frequency', input);
    return 'error' in answer && answer.error.fields;
  };
  expect(await fieldsOf(range)).toEqual(['activity_id']);
  expect(await fieldsOf({ ...range, activity_id: unknown, group_id: group })).toEqual(['group_id']);
  expect(await fieldsOf({ ...range, end_date: range.start_date, activity_id: unknown })).toEqual([
    'activity_id',
  ]);
  expect(await fieldsOf({ ...range, group_id: group })).toEqual(['end_date']);
  device.close();
});

// Both hemispheres, half an hour of summer time, and offsets of a quarter of an hour.
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'America/Santiago',
  'Asia/Kathmandu',
] as const;
/** Around changes of the clocks in each of them. */
const MOMENTS = [
  '2025-03-09',
  '2025-03-30',
  '2025-04-05',
  '2025-09-06',
  '2025-09-27',
  '2025-10-04',
  '2025-11-01',
];
const HOUR_MS = 3_600_000;

const histories = fc.record({
  dayStart: fc.constantFrom<DayStart>('00:00', '03:00'),
  periodDays: fc.integer({ min: 1, max: 30 }),
  nowHours: fc.integer({ min: 0, max: 120 }),
  around: fc.constantFrom(...MOMENTS),
  logs: fc.array(
    fc.record({
      zone: fc.constantFrom(...ZONES),
      quarters: fc.integer({ min: -60 * 96, max: 5 * 96 }),
      activity: fc.integer({ min: 0, max: 2 }),
      deleted: fc.constantFrom(false, false, false, true),
    }),
    { maxLength: 40 },
  ),
});

type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

/** The same file is opened in one zone after another, as by somebody who travels. */
const live = async (history: History, databasePath: string) => {
  const beginning = Date.parse(`${history.around}T00:00:00Z`);
  const first = await openTestDevice({ databasePath });
  await first.run('set_preference', { key: 'day_start', value: history.dayStart });
  const group = await idOf(first, 'create_activity_group', { name: 'Group' });
  const activities = [];
  for (const name of ['A', 'B', 'C']) {
    activities.push(await idOf(first, 'create_activity', { group_id: group, name }));
  }
  first.close();
  for (const zone of ZONES) {
    const device = await openTestDevice({ databasePath, timeZone: zone, now: '2026-01-01T00:00:00Z' });
    for (const log of history.logs.filter((each) => each.zone === zone)) {
      const id = await idOf(device, 'log_activity', {
        activity_id: activities[log.activity],
        logged_at: new Date(beginning + log.quarters * (HOUR_MS / 4)).toISOString(),
      });
      if (log.deleted) await device.run('delete_activity_log', { id });
    }
    device.close();
  }
  const device = await openTestDevice({ databasePath });
  await device.run('delete_activity', { id: activities[2] });
  return { device, group, activities, now: instantOf(beginning + history.nowHours * HOUR_MS) };
};

test('SQL and plain TypeScript count the same in every zone and with either start of day', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const { device, group, activities, now } = await live(history, join(temporaryFolder(), 'device.db'));
      const all = (await device.run('get_activity_logs')) as readonly ActivityLog[];
      const targets = [
        { target: { group_id: group }, members: activities.slice(0, 2) },
        ...activities.map((id) => ({ target: { activity_id: id }, members: [id] })),
      ];
      for (const { target, members } of targets) {
        const logs = all.filter(({ activity_id }) => members.includes(activity_id));
        const period = { now, period_days: history.periodDays, day_start: history.dayStart };
        expect(
          await device.run('get_activity_trend', {
            ...target,
            period_days: history.periodDays,
            current_time: now,
          }),
        ).toEqual(activityTrend(logs, period));
        const start = instantOf(Date.parse(now) - history.periodDays * 24 * HOUR_MS);
        expect(
          await device.run('get_activity_frequency', { ...target, start_date: start, end_date: now }),
        ).toEqual(activityFrequency(logs, { start, end: now, day_start: history.dayStart }));
        const goal = {
          goal_type: 'percent_improvement',
          target_value: 20,
          period_days: history.periodDays,
        } as const;
        if (target !== targets.at(-1)?.target) {
          const id = await idOf(device, 'set_activity_goal', { ...target, ...goal });
          expect(await device.run('check_goal_progress', { id, current_time: now })).toEqual(
            goalProgress(goal, logs, now, history.dayStart),
          );
        }
      }
      device.close();
    }),
    { numRuns: 60 },
  );
});
