/** Two devices of one person and one service: whatever each does while it is alone, both end up the same. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, settle, type World, type WorldDevice } from './world.ts';

const HISTORY = fileURLToPath(new URL('../fixtures/original-app.db', import.meta.url));

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Named {
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
  readonly icon: string | null;
}

const twoDevices = async (): Promise<{ a: WorldDevice; b: WorldDevice; activity: Named }> => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const group = (await a.run('create_activity_group', { name: 'Outside' })) as Named;
  const activity = (await a.run('create_activity', { group_id: group.id, name: 'Walk' })) as Named;
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  expect(b.exportJson()).toBe(a.exportJson());
  return { a, b, activity };
};

const activityOn = async (device: WorldDevice, id: string): Promise<Named | undefined> =>
  ((await device.run('get_activities')) as readonly Named[]).find((activity) => activity.id === id);

test('[O11] a whole history goes from one device to another that joins with the phrase', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const imported = (await a.run('import_original', { file: HISTORY })) as { changed: number };
  const uploaded = (await a.run('sync_now')) as { uploaded: number; pending: number };
  expect(uploaded).toMatchObject({ uploaded: imported.changed, pending: 0 });

  const b = await world.newDevice();
  const joined = await b.run('enable_sync', { ...account, recovery_phrase: phrase });
  expect(joined).toMatchObject({
    first_sync: { downloaded: imported.changed, quarantined: 0, pending: 0, sealed_anew: 0 },
  });
  expect(b.exportJson()).toBe(a.exportJson());
});

test('[O11] a device that already has entries merges them, and nobody is asked to pick a side', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await a.run('log_mood', { mood_rating: 2, notes: 'on the first' });
  await a.run('sync_now');
  const b = await world.newDevice();
  await b.run('log_mood', { mood_rating: 6, notes: 'on the second' });
  await b.run('enable_sync', { ...account, recovery_phrase: phrase });
  await settle(a, b);
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await a.run('get_mood_history')).toHaveLength(2);
});

test('[O11] the same history imported on both devices before they met is there once', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await a.run('import_original', { file: HISTORY });
  await a.run('sync_now');
  const before = a.exportJson();
  const b = await world.newDevice();
  await b.run('import_original', { file: HISTORY });
  await b.run('enable_sync', { ...account, recovery_phrase: phrase });
  await settle(a, b);
  expect(b.exportJson()).toBe(before);
  expect(a.exportJson()).toBe(before);
});

test('[M1] edits to different fields of one activity are all kept', async () => {
  const { a, b, activity } = await twoDevices();
  await a.run('update_activity', { id: activity.id, name: 'Long walk' });
  await b.run('update_activity', { id: activity.id, color: '#00aa00' });
  await b.run('update_activity', { id: activity.id, icon: '🌳' });
  await settle(a, b);
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await activityOn(a, activity.id)).toMatchObject({ name: 'Long walk', color: '#00aa00', icon: '🌳' });
});

test('[M1] of two edits to one field the later one stands on both devices', async () => {
  const { a, b, activity } = await twoDevices();
  await a.run('update_activity', { id: activity.id, name: 'Early' });
  b.clock.nowMs += 60_000;
  await b.run('update_activity', { id: activity.id, name: 'Late' });
  await settle(b, a);
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await activityOn(a, activity.id)).toMatchObject({ name: 'Late' });
});

test('[M3] an edit made after a deletion elsewhere brings the activity back', async () => {
  const { a, b, activity } = await twoDevices();
  await a.run('delete_activity', { id: activity.id });
  b.clock.nowMs += 60_000;
  await b.run('update_activity', { id: activity.id, name: 'Still walking' });
  await settle(a, b);
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await activityOn(a, activity.id)).toMatchObject({ name: 'Still walking' });
});

test('[M3] an edit made before a deletion elsewhere can be read in the deleted record', async () => {
  const { a, b, activity } = await twoDevices();
  await b.run('update_activity', { id: activity.id, name: 'Renamed' });
  a.clock.nowMs += 60_000;
  await a.run('delete_activity', { id: activity.id });
  await settle(a, b);
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await activityOn(b, activity.id)).toBeUndefined();
  expect(a.exportJson()).toContain('Renamed');
  await b.run('restore', { id: activity.id });
  await settle(b, a);
  expect(await activityOn(a, activity.id)).toMatchObject({ name: 'Renamed' });
});

test('[M5] both devices create under one name; neither is refused and neither is lost', async () => {
  const { a, b } = await twoDevices();
  const groups = (await a.run('get_activity_groups')) as readonly Named[];
  for (const device of [a, b]) {
    await device.run('create_activity', { group_id: groups[0]?.id, name: 'Swim' });
    await device.run('create_schedule', { instrument: 'PHQ9', frequency: 'daily', time_of_day: '20:00' });
    await device.run('submit_assessment', {
      instrument: 'GAD7',
      responses: [0, 1, 2, 3, 0, 1, 2],
      status: 'completed',
    });
  }
  await settle(a, b);
  expect(a.exportJson()).toBe(b.exportJson());
  const activities = (await a.run('get_activities')) as readonly Named[];
  expect(activities.filter(({ name }) => name === 'Swim')).toHaveLength(2);
  expect(await a.run('get_schedules')).toHaveLength(2);
  expect(await a.run('get_assessment_history', { instrument: 'GAD7' })).toHaveLength(2);
});

test('[O4] once both have synced, further syncs carry nothing', async () => {
  const { a, b, activity } = await twoDevices();
  await a.run('update_activity', { id: activity.id, name: 'From A' });
  await b.run('update_activity', { id: activity.id, name: 'From B' });
  await settle(a, b);
  const silent = { uploaded: 0, downloaded: 0, merged: 0, quarantined: 0, pending: 0, sealed_anew: 0 };
  for (const device of [a, b, a, b]) expect(await device.run('sync_now')).toEqual(silent);
});

test('[O4] the same edit made on both devices is uploaded once', async () => {
  const { a, b, activity } = await twoDevices();
  await a.run('update_activity', { id: activity.id, name: 'Same' });
  await a.run('sync_now');
  await b.run('sync_now');
  await b.run('update_activity', { id: activity.id, name: 'Same' });
  expect(await b.run('sync_now')).toMatchObject({ uploaded: 0, downloaded: 0, pending: 0 });
});

test('[S2] a device whose clock is a year ahead makes nobody lose a later edit', async () => {
  const { a, b, activity } = await twoDevices();
  a.clock.nowMs += 365 * 86_400_000;
  await a.run('update_activity', { id: activity.id, name: 'From the future' });
  await settle(a, b);
  await b.run('update_activity', { id: activity.id, name: 'Today' });
  await settle(b, a);
  expect(await activityOn(a, activity.id)).toMatchObject({ name: 'Today' });
  expect(a.exportJson()).toBe(b.exportJson());
});
