/** A device of today and a service of version 1: everything that version 1 could do goes on as it did. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OldService, openServiceOfVersion1 } from './service-of-version-1.ts';
import { openWorld, settle, wordsAt, type World } from './world.ts';

let world: World;
let old: OldService;
beforeAll(async () => {
  world = await openWorld();
  old = await openServiceOfVersion1(world.url);
});
afterAll(async () => {
  await old.close();
  await world.close();
});

const twoDevices = async () => {
  const account = { ...(await world.newAccount()), url: old.url };
  const { device: a, phrase } = await world.firstDevice(account);
  const b = await world.joinedDevice(account, phrase);
  return { account, a, b };
};

test('[D13] two devices sync both ways with a service of version 1, again and again', async () => {
  const { a, b } = await twoDevices();
  const { id } = (await a.run('log_mood', { mood_rating: 4, notes: 'written here' })) as { id: string };
  await b.run('log_mood', { mood_rating: 2 });
  await settle(a, b);
  expect(b.exportJson()).toBe(a.exportJson());
  // Both at once: a conflict, and a deletion.
  await a.run('update_mood_checkin', { id, notes: 'changed here' });
  await b.run('update_mood_checkin', { id, mood_rating: 5 });
  await settle(a, b, a);
  await b.run('delete_mood_checkin', { id });
  await settle(a, b);
  expect(b.exportJson()).toBe(a.exportJson());
  for (const device of [a, b]) {
    expect(await device.run('get_sync_status')).toMatchObject({ pending: 0, last_failure: null });
    // A day later it is told of itself again.
    device.clock.nowMs += 26 * 60 * 60_000;
    expect(await device.run('sync_now')).toMatchObject({ pending: 0 });
  }
  expect(old.misunderstood).toEqual([]);
  expect(old.unknown).toContain('PATCH /v1/devices');
});

test('[D13] what a service of version 1 does not have is said to need a newer one', async () => {
  const { a } = await twoDevices();
  for (const [command, input] of [
    ['verify_sync', {}],
    ['list_devices', {}],
    ['create_pairing_link', {}],
    ['rename_device', { device_id: '00000000000000a1', name: 'Laptop' }],
    ['revoke_device', { device_id: '00000000000000a1' }],
    ['disable_sync', { erase_remote_copy: true, confirm: 'delete the copy' }],
  ] as const) {
    expect([command, await a.refusal(command, input)]).toEqual([command, 'ServiceTooOld']);
  }
  expect(await a.run('sync_now')).toMatchObject({ pending: 0 });
  expect(old.misunderstood).toEqual([]);
});

test('[D13] the keys of an account are changed on a service of version 1 too', async () => {
  const { account, a, b } = await twoDevices();
  await a.run('log_mood', { mood_rating: 4 });
  await a.run('sync_now');
  const begun = (await a.run('change_keys')) as {
    readonly recovery_phrase: string;
    readonly confirm_positions: readonly number[];
  };
  const { recovery_phrase, confirm_positions } = begun;
  await a.run('confirm_recovery_phrase', { words: wordsAt(recovery_phrase, confirm_positions) });
  expect(await a.run('sync_now')).toMatchObject({ pending: 0 });
  expect(await b.refusal('sync_now')).toBe('Refused');
  expect(await b.refusal('enable_sync', { ...account, recovery_phrase })).toBe('SyncIsOn');
  expect(old.misunderstood).toEqual([]);
});
