/** Two activities with one name become one, and nothing that named either is lost. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';

const idOf = async (device: TestDevice, name: string, input: object): Promise<string> =>
  ((await device.run(name, input)) as { readonly id: string }).id;

/** Names are unique in forms, so the second gets its name as one that arrives would: by restoring. */
const openWithTwins = async () => {
  const device = await openTestDevice();
  const group = await idOf(device, 'create_activity_group', { name: 'Outside' });
  const merged = await idOf(device, 'create_activity', { group_id: group, name: 'Walk' });
  await device.run('delete_activity', { id: merged });
  device.clock.nowMs += 1_000;
  const kept = await idOf(device, 'create_activity', { group_id: group, name: 'walk' });
  await device.run('restore', { id: merged });
  const other = await idOf(device, 'create_activity', { group_id: group, name: 'Swim' });
  return { device, kept, merged, other };
};

test('activities with the same name are shown together, in the order they were made', async () => {
  const { device, kept, merged } = await openWithTwins();
  expect(await device.run('get_duplicate_activities')).toMatchObject([[{ id: merged }, { id: kept }]]);
  await device.run('merge_activities', { keep_id: kept, merge_id: merged });
  expect(await device.run('get_duplicate_activities')).toEqual([]);
  device.close();
});

test('logs, check-ins and goals name the one that is kept, and the other goes to the Trash', async () => {
  const { device, kept, merged, other } = await openWithTwins();
  await device.run('log_activity', { activity_id: merged, notes: 'Rain' });
  await device.run('log_activity', { activity_id: kept });
  const gone = await idOf(device, 'log_activity', { activity_id: merged });
  await device.run('delete_activity_log', { id: gone });
  await device.run('log_mood', { mood_rating: 3, activity_ids: [other, merged] });
  await device.run('log_mood', { mood_rating: 4, activity_ids: [merged, other, kept] });
  await device.run('log_mood', { mood_rating: 5, activity_ids: [other] });
  await device.run('set_activity_goal', {
    activity_id: merged,
    goal_type: 'days_per_period',
    target_value: 3,
    period_days: 7,
  });

  expect(await device.run('merge_activities', { keep_id: kept, merge_id: merged })).toEqual({
    logs: 1,
    checkins: 2,
    goals: 1,
  });
  expect(await device.run('get_activity_logs', { activity_id: kept })).toHaveLength(2);
  expect(await device.run('get_activity_logs', { activity_id: merged })).toEqual([]);
  const moods = (await device.run('get_mood_history')) as readonly {
    readonly activity_ids: readonly string[];
  }[];
  expect(moods.map(({ activity_ids }) => activity_ids)).toEqual(
    expect.arrayContaining([[other, kept], [kept, other], [other]]),
  );
  expect(await device.run('get_activity_goals', { activity_id: kept })).toHaveLength(1);
  expect(await device.run('list_trash', { kind: 'activity' })).toMatchObject({ items: [{ id: merged }] });
  // What lies in the Trash was not brought to life by it.
  expect(await device.run('list_trash', { kind: 'activity_log' })).toMatchObject({ items: [{ id: gone }] });
  device.close();
});

test('one that is merged with itself, or is not there, changes nothing', async () => {
  const { device, kept, merged } = await openWithTwins();
  const before = device.exportJson();
  expect(await device.refusal('merge_activities', { keep_id: kept, merge_id: kept })).toBe('SameActivity');
  const unknown = '0195804c-7000-7000-8000-000000000001';
  expect(await device.refusal('merge_activities', { keep_id: unknown, merge_id: merged })).toBe('NotFound');
  expect(await device.refusal('merge_activities', { keep_id: kept, merge_id: unknown })).toBe('NotFound');
  expect(device.exportJson()).toBe(before);
  device.close();
});
