/** What was deleted can be brought back for 30 days; erasing is for good. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFile, openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';

interface Made {
  readonly id: string;
}
interface TrashList {
  readonly items: readonly {
    readonly id: string;
    readonly kind: string;
    readonly deleted_at: string;
    readonly erased_after: string | null;
    readonly record: Readonly<Record<string, unknown>>;
  }[];
  readonly total: number;
}

const make = async (device: TestDevice, name: string, input: object): Promise<string> =>
  ((await device.run(name, input)) as Made).id;
const trashOf = async (device: TestDevice, input: object = {}): Promise<TrashList> =>
  (await device.run('list_trash', input)) as TrashList;
const kindsIn = async (device: TestDevice): Promise<readonly string[]> =>
  (await trashOf(device)).items.map(({ kind }) => kind).toSorted();
const DAY_MS = 86_400_000;

/** A device with one activity in one group, and the means to open it again at a later time. */
const openWithActivity = async () => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const device = await openTestDevice({ databasePath });
  const group = await make(device, 'create_activity_group', { name: 'Outside' });
  const activity = await make(device, 'create_activity', { group_id: group, name: 'Walk' });
  const reopen = (now: string) => openTestDevice({ databasePath, now });
  return { device, databasePath, group, activity, reopen };
};

test('every kind of thing that was deleted is listed, the last one first', async () => {
  const { device, group, activity } = await openWithActivity();
  const mood = await make(device, 'log_mood', { mood_rating: 3, notes: 'Rain' });
  const assessment = await make(device, 'submit_assessment', {
    instrument: 'OASIS',
    responses: [0, 1, 2, 3, 4],
  });
  const log = await make(device, 'log_activity', { activity_id: activity });
  const goal = await make(device, 'set_activity_goal', {
    activity_id: activity,
    goal_type: 'days_per_period',
    target_value: 3,
    period_days: 7,
  });
  const schedule = await make(device, 'create_schedule', {
    instrument: 'OASIS',
    frequency: 'daily',
    time_of_day: '20:00',
  });
  const deletions: readonly (readonly [string, string])[] = [
    ['delete_mood_checkin', mood],
    ['delete_assessment', assessment],
    ['delete_activity_log', log],
    ['delete_activity_goal', goal],
    ['delete_schedule', schedule],
    ['delete_activity_group', group],
  ];
  for (const [command, id] of deletions) {
    device.clock.nowMs += 1_000;
    await device.run(command, { id });
  }
  const trash = await trashOf(device);
  expect(new Set(trash.items.slice(0, 2).map(({ id }) => id))).toEqual(new Set([group, activity]));
  expect(trash.items.slice(2).map(({ id }) => id)).toEqual([schedule, goal, log, assessment, mood]);
  expect(trash.total).toBe(7);
  expect(trash.items.at(-1)).toMatchObject({ kind: 'mood_entry', record: { mood_rating: 3, notes: 'Rain' } });
  expect(await trashOf(device, { kind: 'mood_entry', limit: 1 })).toMatchObject({
    total: 1,
    items: [{ id: mood }],
  });
  expect(await device.refusal('list_trash', { kind: 'secret' })).toBe('InvalidInput');
  device.close();
});

test('a group comes back with the activities that went with it, and with no other', async () => {
  const { device, group, activity } = await openWithActivity();
  const earlier = await make(device, 'create_activity', { group_id: group, name: 'Swim' });
  await device.run('delete_activity', { id: earlier });
  device.clock.nowMs += 1_000;
  await device.run('delete_activity_group', { id: group });
  expect(await device.run('restore', { id: group })).toEqual({ kind: 'activity_group', restored: 2 });
  expect(await device.run('get_activities')).toMatchObject([{ id: activity }]);
  expect((await trashOf(device)).items.map(({ id }) => id)).toEqual([earlier]);
  device.close();
});

test('an activity brings back the group it is in, and a living thing is left as it is', async () => {
  const { device, group, activity } = await openWithActivity();
  await device.run('delete_activity_group', { id: group });
  expect(await device.run('restore', { id: activity })).toEqual({ kind: 'activity', restored: 2 });
  expect(await kindsIn(device)).toEqual([]);
  const before = device.exportJson();
  expect(await device.run('restore', { id: activity })).toEqual({ kind: 'activity', restored: 0 });
  expect(device.exportJson()).toBe(before);
  device.close();
});

test('[M6] what is erased is gone from the list, the export and the file, and can not be restored', async () => {
  const { device, databasePath } = await openWithActivity();
  const id = await make(device, 'log_mood', { mood_rating: 3, notes: 'Hippopotamus' });
  expect(await device.refusal('erase', { id })).toBe('NotInTrash');
  await device.run('delete_mood_checkin', { id });
  expect(await device.run('erase', { id })).toEqual({ kind: 'mood_entry' });
  expect(await device.refusal('erase', { id })).toBe('NotFound');
  expect(await device.refusal('restore', { id })).toBe('NotFound');
  expect(await trashOf(device)).toEqual({ items: [], total: 0 });
  expect(device.exportJson()).not.toContain('Hippopotamus');
  expect(inFile(databasePath, 'select record_id from outbox').map(({ record_id }) => record_id)).toContain(
    id,
  );
  device.close();
  expect(readFileSync(databasePath).includes('Hippopotamus')).toBe(false);
});

test('what has been in the Trash for 30 days is erased at the next start, and not before', async () => {
  const { device, reopen } = await openWithActivity();
  const id = await make(device, 'log_mood', { mood_rating: 3 });
  await device.run('delete_mood_checkin', { id });
  device.close();

  const first = await reopen('2025-03-10T13:00:00Z');
  expect((await trashOf(first)).items).toMatchObject([{ id, erased_after: '2025-04-09T13:00:00.000Z' }]);
  first.close();
  const before = await reopen('2025-04-09T12:59:59Z');
  expect(await kindsIn(before)).toEqual(['mood_entry']);
  before.close();
  const after = await reopen('2025-04-09T13:00:00Z');
  expect(await kindsIn(after)).toEqual([]);
  expect(await after.refusal('restore', { id })).toBe('NotFound');
  after.close();
});

test('what was deleted long ago elsewhere has its 30 days from when it came here', async () => {
  const { device, databasePath, reopen } = await openWithActivity();
  device.clock.nowMs -= 100 * DAY_MS;
  const id = await make(device, 'log_mood', { mood_rating: 3 });
  await device.run('delete_mood_checkin', { id });
  device.close();
  const later = await reopen('2025-03-11T12:00:00Z');
  expect(await kindsIn(later)).toEqual(['mood_entry']);
  expect(inFile(databasePath, 'select since from trash')).toEqual([{ since: '2025-03-11T12:00:00.000Z' }]);
  later.close();
});

test('one that is restored and deleted again has its 30 days again', async () => {
  const { device, reopen } = await openWithActivity();
  const id = await make(device, 'log_mood', { mood_rating: 3 });
  await device.run('delete_mood_checkin', { id });
  device.close();
  const second = await reopen('2025-03-20T12:00:00Z');
  await second.run('restore', { id });
  second.close();
  const third = await reopen('2025-04-05T12:00:00Z');
  await third.run('delete_mood_checkin', { id });
  third.close();
  const fourth = await reopen('2025-04-25T12:00:00Z');
  expect(await kindsIn(fourth)).toEqual(['mood_entry']);
  fourth.close();
});

test('an activity that a living entry names stays in the Trash, and so does its group', async () => {
  const { device, group, activity, reopen } = await openWithActivity();
  const mood = await make(device, 'log_mood', { mood_rating: 3, activity_ids: [activity] });
  await device.run('delete_activity_group', { id: group });
  device.close();
  (await reopen('2025-03-11T12:00:00Z')).close();
  const later = await reopen('2025-09-01T12:00:00Z');
  expect((await trashOf(later)).items.map(({ kind, erased_after }) => [kind, erased_after])).toEqual(
    expect.arrayContaining([
      ['activity', null],
      ['activity_group', null],
    ]),
  );
  await later.run('delete_mood_checkin', { id: mood });
  later.close();
  (await reopen('2025-09-02T12:00:00Z')).close();
  const last = await reopen('2025-12-01T12:00:00Z');
  expect(await kindsIn(last)).not.toContain('activity');
  last.close();
});
