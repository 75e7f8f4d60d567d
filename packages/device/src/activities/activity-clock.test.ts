/** The log of activities and its goals while the clock moves. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';

const idOf = async (device: TestDevice, name: string, input: object): Promise<string> =>
  ((await device.run(name, input)) as { readonly id: string }).id;

const openWithGoal = async (timeZone: string, now: string) => {
  const device = await openTestDevice({ timeZone, now });
  const group_id = await idOf(device, 'create_activity_group', { name: 'Outside' });
  const activity_id = await idOf(device, 'create_activity', { group_id, name: 'Walk' });
  const goal = { activity_id, goal_type: 'days_per_period', target_value: 2, period_days: 7 };
  const id = await idOf(device, 'set_activity_goal', goal);
  const at = async (time: string, input: object = {}): Promise<unknown> => {
    device.clock.nowMs = Date.parse(time);
    return device.run('log_activity', { activity_id, ...input });
  };
  const progress = async (time: string): Promise<unknown> => {
    device.clock.nowMs = Date.parse(time);
    return device.run('check_goal_progress', { id });
  };
  return { device, at, progress, id };
};

test('over midnight, what was done stands on the new day', async () => {
  const { device, at } = await openWithGoal('Europe/Berlin', '2025-03-10T12:00:00Z');
  expect(await at('2025-03-10T22:59:59Z')).toMatchObject({ local_date: '2025-03-10' });
  expect(await at('2025-03-10T23:00:00Z')).toMatchObject({ local_date: '2025-03-11' });
  expect(await at('2025-03-10T23:05:00Z', { logged_at: '2024-02-29T23:30:00+01:00' })).toMatchObject({
    local_date: '2024-02-29',
  });
  device.close();
});

test('an edit in another zone leaves the day of a log as it was, in whatever notation its moment comes', async () => {
  const { device, at } = await openWithGoal('Asia/Tokyo', '2025-03-10T12:00:00Z');
  const { id } = (await at('2025-03-10T20:00:00Z')) as { readonly id: string };
  device.clock.timeZone = 'America/New_York';
  const edit = { id, notes: 'slowly', logged_at: '2025-03-10T16:00:00-04:00' };
  expect(await device.run('update_activity_log', edit)).toMatchObject({
    notes: 'slowly',
    time_zone: 'Asia/Tokyo',
    local_date: '2025-03-11',
  });
  device.close();
});

test.each(['Europe/Berlin', 'Pacific/Auckland', 'America/Santiago'])(
  'a period in %s is so many times 24 hours, both ends included, over a change of the clocks too',
  async (timeZone) => {
    for (const now of ['2025-03-31T12:00:00.000Z', '2025-04-06T12:00:00.000Z', '2025-10-27T12:00:00.000Z']) {
      const { device, at, progress } = await openWithGoal(timeZone, '2025-01-01T00:00:00Z');
      const beginsMs = Date.parse(now) - 7 * 86_400_000;
      await at(new Date(beginsMs - 1).toISOString());
      expect(await progress(now)).toMatchObject({ current_value: 0, is_achieved: false });
      await at(new Date(beginsMs).toISOString());
      expect(await progress(now)).toMatchObject({
        current_value: 1,
        percentage: 50,
        period_start: new Date(beginsMs).toISOString(),
        period_end: now,
      });
      await at(now);
      expect(await progress(now)).toMatchObject({ current_value: 2, percentage: 100, is_achieved: true });
      device.close();
    }
  },
);

test('a day that was lived twice over the date line counts once, and two days in one counts as two', async () => {
  const { device, at, progress } = await openWithGoal('Pacific/Auckland', '2025-03-01T00:00:00Z');
  await at('2025-03-10T21:00:00Z');
  device.clock.timeZone = 'Pacific/Honolulu';
  // The tenth there, and then the eleventh again.
  await at('2025-03-11T05:00:00Z');
  expect(await progress('2025-03-11T05:00:00Z')).toMatchObject({ current_value: 2 });
  await at('2025-03-12T05:00:00Z');
  expect(await progress('2025-03-12T05:00:00Z')).toMatchObject({ current_value: 2 });
  device.close();
});

test('a clock set back a day counts again what it had counted once it comes there', async () => {
  const { device, at, progress } = await openWithGoal('UTC', '2025-03-01T00:00:00Z');
  await at('2025-03-10T12:00:00Z');
  await at('2025-03-09T12:00:00Z');
  expect(await progress('2025-03-09T12:00:00Z')).toMatchObject({ current_value: 1 });
  expect(await progress('2025-03-10T12:00:00Z')).toMatchObject({ current_value: 2, is_achieved: true });
  expect(await device.run('get_activity_logs')).toMatchObject([
    { local_date: '2025-03-10' },
    { local_date: '2025-03-09' },
  ]);
  device.close();
});
