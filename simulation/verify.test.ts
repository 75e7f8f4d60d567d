/** Both sides are compared without sending a record; what differs is said, brought together, and compared again. */
import { inFile } from '@mhb/device/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountIdOf, onService } from './service-tables.ts';
import { accountWithMoods, openWorld, settle, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** The names of what is asked while a command runs. */
const requestsOf = async (device: WorldDevice, command: string): Promise<readonly string[]> => {
  const requests: string[] = [];
  device.network.carry = (request) => {
    requests.push(request);
    return 'carry';
  };
  await device.run(command);
  device.network.carry = () => 'carry';
  return requests;
};

const verify = (device: WorldDevice) => device.run('verify_sync');

test('[D8] two devices and the service hold the same, and are told so in one sentence', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 3);
  const b = await world.joinedDevice(account, phrase);
  await b.run('log_mood', { mood_rating: 5 });
  await b.run('sync_now');
  for (const device of [a, b]) {
    expect(await verify(device)).toMatchObject({
      same: true,
      was_different: false,
      records_here: 4,
      records_on_the_service: 4,
      pending: 0,
      quarantined: 0,
      head: 4,
      sentence: 'Both sides hold the same 4 records.',
    });
  }
});

test('[D8] deleted, erased and edited records are the same on both sides too', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 4);
  const b = await world.joinedDevice(account, phrase);
  const moods = (await b.run('get_mood_history')) as readonly { readonly id: string }[];
  await b.run('delete_mood_checkin', { id: moods[0]?.id });
  await b.run('delete_mood_checkin', { id: moods[1]?.id });
  await b.run('erase', { id: moods[1]?.id });
  await a.run('update_mood_checkin', { id: moods[0]?.id, notes: 'edited here' });
  await settle(a, b);
  for (const device of [a, b]) expect(await verify(device)).toMatchObject({ same: true, records_here: 4 });
});

test('[D8] what was lost on the service is found, and is there again', async () => {
  const { account, a } = await accountWithMoods(world, 5);
  await onService(world, 'delete from record where account_id = $1 and seq in (2, 3)', [
    accountIdOf(account),
  ]);
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 0 });
  const before = a.exportJson();
  expect(await verify(a)).toMatchObject({
    same: true,
    was_different: true,
    records_here: 5,
    records_on_the_service: 5,
    sentence: 'They differed and were brought together: both sides hold the same 5 records.',
  });
  expect(a.exportJson()).toBe(before);
  expect(await verify(a)).toMatchObject({ same: true, was_different: false });
});

test('[D8] an entry that the service has put back to an older version is found, though as many are there', async () => {
  const { account, a } = await accountWithMoods(world, 3);
  const of = [accountIdOf(account)];
  const [older] = await onService<{ record_id: string; sealed: Buffer }>(
    world,
    'select record_id, sealed from record where account_id = $1 and seq = 2',
    of,
  );
  for (const { id } of (await a.run('get_mood_history')) as readonly { readonly id: string }[])
    await a.run('update_mood_checkin', { id, notes: 'edited since' });
  await a.run('sync_now');
  await onService(world, 'update record set sealed = $3 where account_id = $1 and record_id = $2', [
    ...of,
    older?.record_id ?? '',
    older?.sealed ?? Buffer.alloc(0),
  ]);
  expect(await verify(a)).toMatchObject({
    same: true,
    was_different: true,
    records_here: 3,
    records_on_the_service: 3,
  });
  expect(await verify(a)).toMatchObject({ same: true, was_different: false });
});

test('[D8] a service that goes on differing is told of, and nothing here is touched', async () => {
  const { a } = await accountWithMoods(world, 2);
  a.network.tamper = (request, answer) =>
    request === 'digest' ? { ok: true, value: { head: 2, count: 1, digest: '0'.repeat(64) } } : answer;
  const before = a.exportJson();
  expect(await verify(a)).toMatchObject({
    same: false,
    was_different: true,
    records_here: 2,
    records_on_the_service: 1,
    sentence:
      'The service does not hold what this device has: 1 record there, 2 records here. Nothing here is lost.',
  });
  const since = (await a.run('get_sync_status')) as { readonly entries_missing_since: string | null };
  expect(since.entries_missing_since).not.toBeNull();
  expect(a.exportJson()).toBe(before);
  a.network.tamper = (_, answer) => answer;
  expect(await verify(a)).toMatchObject({ same: true });
  expect(await a.run('get_sync_status')).toMatchObject({ entries_missing_since: null });
});

test('[D8] [O5] a record that can not be used yet is counted as what it is', async () => {
  const { account, phrase } = await accountWithMoods(world, 3);
  await onService(
    world,
    'update record set sealed = set_byte(sealed, 0, 9) where account_id = $1 and seq = 2',
    [accountIdOf(account)],
  );
  // As if it had always been there like this: whoever has seen it otherwise says so (rule E10).
  await onService(world, 'update device set manifest = null where account_id = $1', [accountIdOf(account)]);
  const b = await world.joinedDevice(account, phrase);
  expect(await verify(b)).toMatchObject({
    same: true,
    records_here: 3,
    records_on_the_service: 3,
    quarantined: 1,
    sentence: 'Both sides hold the same 3 records. This device can’t use 1 of them yet.',
  });
});

test('[D8] what waits to be sent keeps the two from being the same', async () => {
  const { account, a } = await accountWithMoods(world, 2);
  const moods = (await a.run('get_mood_history')) as readonly {
    readonly id: string;
    readonly notes: string;
  }[];
  const mood = moods.find(({ notes }) => notes === 'entry 2');
  // What a newer app has made of it: this device keeps what it has, and does not overwrite.
  await onService(
    world,
    'update record set seq = 3, sealed = set_byte(sealed, 0, 9) where account_id = $1 and seq = 2',
    [accountIdOf(account)],
  );
  await onService(world, 'update account set head = 3 where account_id = $1', [accountIdOf(account)]);
  inFile(a.databasePath, "delete from device_state where name = 'cursor'");
  await a.run('update_mood_checkin', { id: mood?.id, notes: 'edited here' });
  expect(await verify(a)).toMatchObject({ same: false, was_different: false, pending: 1, quarantined: 1 });
});

test('[D8] a device that was updated and never kept the hashes takes everything in once more', async () => {
  const { a } = await accountWithMoods(world, 3);
  inFile(a.databasePath, 'update record set sealed_hash = null');
  expect(await verify(a)).toMatchObject({ same: true, was_different: false, records_here: 3 });
});

test('[D8] a repeated batch does not take back what others made of its records', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 1);
  const b = await world.joinedDevice(account, phrase);
  const [mood] = (await a.run('get_mood_history')) as readonly { readonly id: string }[];
  await a.run('update_mood_checkin', { id: mood?.id, notes: 'the answer to this is lost' });
  a.network.carry = (request) => (request === 'upload' ? 'lose the answer' : 'carry');
  expect(await a.refusal('sync_now')).toBe('Offline');
  a.network.carry = () => 'carry';
  await b.run('sync_now');
  await b.run('update_mood_checkin', { id: mood?.id, mood_rating: 6 });
  await b.run('sync_now');
  await a.run('sync_now');
  expect(await verify(a)).toMatchObject({ same: true, was_different: false });
  expect(await a.run('get_sync_status')).toMatchObject({ entries_missing_since: null });
});

test('[D8] comparing is refused where it can not be done, and a service of version 1 is told of', async () => {
  const { a } = await accountWithMoods(world, 1);
  const off = await world.newDevice();
  expect(await off.refusal('verify_sync')).toBe('SyncIsOff');
  a.network.carry = () => 'lose the request';
  expect(await a.refusal('verify_sync')).toBe('Offline');
  a.network.carry = () => 'carry';
  a.network.tamper = asVersion1;
  expect(await a.refusal('verify_sync')).toBe('ServiceTooOld');
});

test('[E10] [D13] a service of version 1 without devices is synced with as ever, in one request when idle', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 1);
  a.network.tamper = asVersion1;
  await a.run('log_mood', { mood_rating: 4 });
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 1, pending: 0 });
  expect(await requestsOf(a, 'sync_now')).toEqual(['download']);
  const b = await world.joinedDevice(account, phrase);
  expect(b.exportJson()).toBe(a.exportJson());
});

const OF_VERSION_2: ReadonlySet<string> = new Set(['digest', 'listDevices', 'updateDevice', 'getLimits']);

const asVersion1 = (request: string, answer: unknown): unknown =>
  OF_VERSION_2.has(request) ? { ok: false, error: { type: 'Refused', code: 'not_found' } } : answer;

test('[E10] a sync without news is one request; one with news reads the others and tells them', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 1);
  const b = await world.joinedDevice(account, phrase);
  expect(await requestsOf(a, 'sync_now')).toEqual(['download']);
  await b.run('log_mood', { mood_rating: 2 });
  expect(await requestsOf(b, 'sync_now')).toEqual(['download', 'upload', 'listDevices', 'updateDevice']);
  expect(await requestsOf(a, 'sync_now')).toEqual(['download', 'listDevices', 'updateDevice']);
  for (const device of [a, b]) expect(await requestsOf(device, 'sync_now')).toEqual(['download']);
});
