/** Frequency, trend and goals, counted by SQL and by plain TypeScript. */
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
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';
import { AROUND, ZONES } from './differential.testing.ts';

const idOf = async (device: TestDevice, name: string, input: object): Promise<string> =>
  ((await device.run(name, input)) as { readonly id: string }).id;

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

const HOUR_MS = 3_600_000;

const histories = fc.record({
  dayStart: fc.constantFrom<DayStart>('00:00', '03:00'),
  periodDays: fc.integer({ min: 1, max: 30 }),
  nowHours: fc.integer({ min: 0, max: 120 }),
  around: fc.constantFrom(...AROUND),
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
