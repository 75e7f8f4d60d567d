/** Turning sync off with the copy on the service deleted: there is nothing left there, and all of it here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const rowsOf = async ({ api_key }: Account): Promise<number> => {
  const [row] = await world.service.database.transaction('read committed', (tx) =>
    tx.query<{ count: string }>(
      `select (select count(*) from account where account_id = $1) + (select count(*) from record where account_id = $1)
         + (select count(*) from api_key where account_id = $1) as count`,
      [api_key.slice(4, 36)],
    ),
  );
  return Number(row?.count);
};

const WORDS = { erase_remote_copy: true, confirm: ' Delete the copy' };

test('[O10] [C39] the copy is deleted on the service, and what is on the devices stays', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await a.run('log_mood', { mood_rating: 2 });
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  const before = a.exportJson();
  expect(await a.run('disable_sync', WORDS)).toEqual({ kept_on_this_device: 1, kept_on_the_service: false });
  expect(await rowsOf(account)).toBe(0);
  expect(await a.run('get_sync_status')).toMatchObject({ phase: 'off', records: 1 });
  expect(await b.call('sync_now', {})).toMatchObject({ error: { code: 'unauthorized' } });
  for (const device of [a, b]) expect(device.exportJson()).toBe(before);
});

test('[O10] without the words nothing is deleted, and sync stays on', async () => {
  const account = await world.newAccount();
  const { device: a } = await world.firstDevice(account);
  for (const confirm of [undefined, 'yes', 'delete everything']) {
    expect(await a.call('disable_sync', { erase_remote_copy: true, confirm })).toMatchObject({
      error: {
        type: 'ConfirmationNeeded',
        message: 'Nothing was deleted. To delete it, give delete the copy as confirm.',
      },
    });
  }
  expect(await rowsOf(account)).toBeGreaterThan(0);
  expect(await a.run('sync_now')).toMatchObject({ pending: 0 });
});

test('[O10] where the service can not be reached sync stays on, and it can be tried again', async () => {
  const account = await world.newAccount();
  const { device: a } = await world.firstDevice(account);
  a.network.carry = (request) => (request === 'deleteAccount' ? 'lose the request' : 'carry');
  expect(await a.refusal('disable_sync', WORDS)).toBe('Offline');
  expect(await a.run('get_sync_status')).toMatchObject({ phase: 'on' });
  a.network.carry = () => 'carry';
  expect(await a.run('disable_sync', WORDS)).toMatchObject({ kept_on_the_service: false });
  expect(await a.refusal('disable_sync', WORDS)).toBe('SyncIsOff');
  expect(await a.run('disable_sync', {})).toMatchObject({ kept_on_the_service: false });
});
