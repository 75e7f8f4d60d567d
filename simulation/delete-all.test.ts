/** Deleting everything reaches the service and the other devices, at once or as soon as they can be reached. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, settle, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('[M6] what one device deletes is gone from the service and from the other device, also what that had just written', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await a.run('log_mood', { mood_rating: 2 });
  await a.run('set_preference', { key: 'day_start', value: '03:00' });
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  const mood = (await b.run('get_mood_history')) as readonly { readonly id: string }[];
  await b.run('update_mood_checkin', { id: mood[0]?.id, mood_rating: 5 });

  expect(await a.run('delete_all_data', { confirm: 'delete everything' })).toEqual({
    deleted: 2,
    deleted_on_the_service: true,
  });
  await settle(a, b);
  for (const device of [a, b]) {
    expect(await device.run('get_mood_history')).toEqual([]);
    expect(await device.run('get_preferences')).toMatchObject({ day_start: '00:00' });
  }
  expect(a.exportJson()).toBe(b.exportJson());
});

test('[M6] where the service can not be reached it is deleted here, and there with the next sync', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await a.run('log_mood', { mood_rating: 2 });
  await a.run('sync_now');
  a.network.carry = () => 'lose the request';
  expect(await a.run('delete_all_data', { confirm: 'delete everything' })).toEqual({
    deleted: 1,
    deleted_on_the_service: false,
  });
  a.network.carry = () => 'carry';
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 1, pending: 0 });
  const b = await world.joinedDevice(account, phrase);
  expect(await b.run('get_mood_history')).toEqual([]);
});
