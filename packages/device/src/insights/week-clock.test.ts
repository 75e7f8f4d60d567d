/** The week of now while the clock moves over its border. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';
import { created } from './insight.testing.ts';

const weekAt = async (device: TestDevice, now: string): Promise<unknown> => {
  device.clock.nowMs = Date.parse(now);
  return device.run('get_weekly_report');
};

const openOn = async (timeZone: string, dayStart = '00:00', weekStart = 1): Promise<TestDevice> => {
  const device = await openTestDevice({ timeZone, now: '2025-01-01T00:00:00Z' });
  await device.run('set_preference', { key: 'day_start', value: dayStart });
  await device.run('set_preference', { key: 'week_start', value: weekStart });
  return device;
};

test.each([
  ['Europe/Berlin', '00:00', 1, '2025-03-30T22:00:00.000Z', '2025-03-31'],
  ['Europe/Berlin', '03:00', 1, '2025-03-31T01:00:00.000Z', '2025-03-31'],
  // The night of the change is the border itself.
  ['Europe/Berlin', '03:00', 0, '2025-10-26T02:00:00.000Z', '2025-10-26'],
  ['Europe/Helsinki', '03:00', 0, '2025-03-30T01:00:00.000Z', '2025-03-30'],
  ['America/Santiago', '00:00', 0, '2025-09-07T04:00:00.000Z', '2025-09-07'],
  ['Pacific/Auckland', '03:00', 0, '2025-04-05T15:00:00.000Z', '2025-04-06'],
  ['Asia/Kathmandu', '00:00', 6, '2024-12-27T18:15:00.000Z', '2024-12-28'],
] as const)('in %s with days from %s and weeks from %i, one ends as the next begins', async (...words) => {
  const [timeZone, dayStart, weekStart, border, start] = words;
  const device = await openOn(timeZone, dayStart, weekStart);
  const lastMoment = new Date(Date.parse(border) - 1).toISOString();
  device.clock.nowMs = Date.parse(lastMoment);
  await device.run('log_mood', { mood_rating: 2 });
  device.clock.nowMs = Date.parse(border);
  await device.run('log_mood', { mood_rating: 6 });
  expect(await weekAt(device, lastMoment)).toMatchObject({ average_mood: 2, mood_count: 1 });
  expect(await weekAt(device, border)).toMatchObject({
    week_start: start,
    average_mood: 6,
    goals_at: border,
  });
  // Looked back at, the old week ends with its last moment.
  const week_of = new Date(Date.parse(start) - 86_400_000).toISOString().slice(0, 10);
  expect(await device.run('get_weekly_report', { week_of })).toMatchObject({
    week_end: week_of,
    goals_at: lastMoment,
    average_mood: 2,
  });
  device.close();
});

test('who travels over the border has the week of the place, and every entry in the week of its own', async () => {
  const device = await openOn('Pacific/Auckland');
  // Monday morning in Auckland, Sunday in Honolulu.
  device.clock.nowMs = Date.parse('2025-03-09T21:00:00Z');
  await device.run('log_mood', { mood_rating: 6 });
  device.clock.timeZone = 'Pacific/Honolulu';
  await device.run('log_mood', { mood_rating: 2 });
  expect(await weekAt(device, '2025-03-09T22:00:00Z')).toMatchObject({
    week_start: '2025-03-03',
    average_mood: 2,
  });
  expect(await weekAt(device, '2025-03-10T10:00:00Z')).toMatchObject({
    week_start: '2025-03-10',
    average_mood: 6,
  });
  device.close();
});

test('a goal that was set while the clock was a year ahead stands in the week once it is put right', async () => {
  const device = await openOn('UTC');
  const group_id = await created(device, 'create_activity_group', { name: 'Outside' });
  device.clock.nowMs = Date.parse('2026-03-10T12:00:00Z');
  await device.run('set_activity_goal', {
    group_id,
    goal_type: 'days_per_period',
    target_value: 2,
    period_days: 7,
  });
  const goals = [{ group_id, progress: { current_value: 0 } }];
  expect(await weekAt(device, '2026-03-10T12:00:00Z')).toMatchObject({ goals });
  expect(await weekAt(device, '2025-03-10T12:00:00Z')).toMatchObject({ goals });
  // The weeks before knew nothing of it.
  expect(await device.run('get_weekly_report', { week_of: '2025-03-03' })).toMatchObject({ goals: [] });
  device.close();
});
