/** A key chain that is locked, or gone, while sync is on: the app works as ever, and sync waits and says for what. */
import { err } from '@mhb/core-domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, settle, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('[F23] while the key chain does not give the keys sync waits and says so, and everything else goes on', async () => {
  const account = await world.newAccount();
  const { device, phrase } = await world.firstDevice(account);
  const b = await world.joinedDevice(account, phrase);
  const chain = device.secrets as { read: typeof device.secrets.read };
  const { read } = chain;
  chain.read = () => err({ type: 'SecretsUnreadable', reason: 'KeyChainClosed' });
  const asked: string[] = [];
  device.network.carry = (request) => {
    asked.push(request);
    return 'carry';
  };
  const { id } = (await device.run('log_mood', { mood_rating: 4, notes: 'while locked' })) as {
    readonly id: string;
  };
  await device.run('update_mood_checkin', { id, mood_rating: 5 });
  const refused = await device.call('sync_now', {});
  expect(refused).toMatchObject({ error: { type: 'SecretsUnreadable' } });
  expect(asked).toEqual([]);
  expect(await device.run('get_sync_status')).toMatchObject({
    phase: 'on',
    pending: 1,
    last_failure: { code: 'SecretsUnreadable' },
  });
  expect(await device.run('get_mood_history')).toHaveLength(1);
  await device.run('back_up_now');

  chain.read = read;
  await settle(device, b);
  expect(b.exportJson()).toBe(device.exportJson());
  expect(await device.run('get_sync_status')).toMatchObject({ pending: 0, last_failure: null });
});
