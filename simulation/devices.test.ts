/** The devices of an account as their person sees them, and what becomes of one that is revoked. */
import { err } from '@mhb/core-domain';
import { connectSyncApi } from '@mhb/device';
import { openTestDevice } from '@mhb/device/testing';
import { parseApiKey } from '@mhb/core-domain/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, openWorld, settle, turnSyncOn, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Listed {
  readonly device_id: string;
  readonly name: string | null;
  readonly is_this: boolean;
  readonly last_seen_on: string;
  readonly can_be_revoked: boolean;
}

const list = async (device: WorldDevice) => (await device.run('list_devices')) as readonly Listed[];

const recordsOf = async (account: Account): Promise<number> => {
  const id = parseApiKey(account.api_key)?.accountId ?? '';
  const rows = await world.service.database.transaction('read committed', (tx) =>
    tx.query('select 1 from record where account_id = $1', [id]),
  );
  return rows.length;
};

const paired = async () => {
  const account = await world.newAccount();
  const a = await world.newDevice({ deviceName: () => 'Laptop' });
  await turnSyncOn(a, account);
  await a.run('log_mood', { mood_rating: 4, notes: 'from a' });
  await a.run('sync_now');
  const b = await world.newDevice({ deviceName: () => ' Phone\u0007 of\nmine ' });
  await b.run('enable_sync', await a.run('create_pairing_link').then(linkAlone));
  return { account, a, b };
};

const linkAlone = (made: unknown) => ({
  pairing_link: (made as { readonly pairing_link: string }).pairing_link,
});

test('[E7] every device is listed with its name, and the service does not learn it', async () => {
  const { a, b } = await paired();
  const listed = await list(a);
  const day: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
  expect(listed).toHaveLength(2);
  expect(listed).toContainEqual({
    ...{ device_id: a.id, name: 'Laptop', is_this: true, last_seen_on: day, can_be_revoked: false },
  });
  expect(listed).toContainEqual({
    ...{ device_id: b.id, name: 'Phone of mine', is_this: false, last_seen_on: day, can_be_revoked: true },
  });
  const rows = await world.service.database.transaction('read committed', (tx) =>
    tx.query<{ name: string }>("select encode(name, 'escape') as name from device where name is not null"),
  );
  expect(rows.length).toBeGreaterThan(1);
  for (const { name } of rows) expect(name).not.toMatch(/Laptop|Phone/);
});

test('[E7] a name given on one device is the name on all, and stays when the device tells of itself again', async () => {
  const { a, b } = await paired();
  expect(await a.run('rename_device', { device_id: b.id, name: ' Old phone ' })).toMatchObject({
    device_id: b.id,
    name: 'Old phone',
  });
  await b.run('rename_device', { device_id: b.id, name: 'Old phone 📱' });
  b.clock.nowMs += 25 * 3_600_000;
  const again = await b.restart();
  await again.run('sync_now');
  expect((await list(a)).find(({ device_id }) => device_id === b.id)?.name).toBe('Old phone 📱');
});

test('[E7] a name that the service swaps for another’s is shown as none', async () => {
  const { account, a } = await paired();
  await world.service.database.transaction('read committed', (tx) =>
    tx.query(
      `update device set name = (select name from device as other
         where other.account_id = $1 and other.device_id <> device.device_id)
       where account_id = $1`,
      [parseApiKey(account.api_key)?.accountId ?? ''],
    ),
  );
  expect((await list(a)).map(({ name }) => name)).toEqual([null, null]);
});

test.each([
  { name: '' },
  { name: ' \n ' },
  { name: 'x'.repeat(61) },
  { name: 'two\nlines' },
  { device_id: 'phone', name: 'x' },
])('[E7] %j is no name for a device', async (input) => {
  const { a } = await paired();
  expect(await a.refusal('rename_device', { device_id: a.id, ...input })).toBe('InvalidInput');
});

test('[E7] a device that is not of the account can be neither named nor revoked', async () => {
  const [{ a }, { b: foreign }] = [await paired(), await paired()];
  expect(await a.refusal('rename_device', { device_id: foreign.id, name: 'mine' })).toBe('NoSuchDevice');
  expect(await a.refusal('revoke_device', { device_id: foreign.id })).toBe('NoSuchDevice');
  expect(await a.refusal('revoke_device', { device_id: a.id })).toBe('IsThisDevice');
});

test('[E7] a revoked device is refused at once and keeps what it has, and the others go on', async () => {
  const { account, a, b } = await paired();
  await settle(a, b);
  const stored = await recordsOf(account);
  const revoked = await a.run('revoke_device', { device_id: b.id });
  expect(revoked).toMatchObject({ device_id: b.id, name: 'Phone of mine' });
  expect(revoked).toHaveProperty('note', expect.stringContaining('What it already had, it keeps'));

  await b.run('log_mood', { mood_rating: 1, notes: 'after the revocation' });
  const before = b.exportJson();
  const refused = await b.call('sync_now', {});
  expect(refused).toMatchObject({ error: { type: 'Refused', code: 'unauthorized' } });
  expect('error' in refused && refused.error.message).toContain('access was removed');
  expect(b.exportJson()).toBe(before);
  expect(await b.run('get_mood_history')).toHaveLength(2);
  expect(await b.run('get_sync_status')).toMatchObject({
    pending: 1,
    last_failure: { code: 'unauthorized' },
  });
  expect(await recordsOf(account)).toBe(stored);

  expect((await list(a)).map(({ device_id }) => device_id)).toEqual([a.id]);
  await a.run('log_mood', { mood_rating: 6 });
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 1, pending: 0 });
});

test('[E7] a device that is let in again brings what it wrote meanwhile, and is listed', async () => {
  const { a, b } = await paired();
  await a.run('revoke_device', { device_id: b.id });
  await b.run('log_mood', { mood_rating: 1, notes: 'meanwhile' });
  await b.run('disable_sync');
  await b.run('enable_sync', linkAlone(await a.run('create_pairing_link')));
  await settle(a, b);
  expect(a.exportJson()).toBe(b.exportJson());
  expect((await list(a)).find(({ device_id }) => device_id === b.id)?.name).toBe('Phone of mine');
});

test('[E7] however the sync of a device and its revocation meet, nothing comes after the answer', async () => {
  for (let round = 0; round < 8; round += 1) {
    const { account, a, b } = await paired();
    for (let entry = 0; entry < 5; entry += 1) await b.run('log_mood', { mood_rating: 3 });
    const [outcome, atAnswer] = await Promise.all([
      b.call('sync_now', {}),
      a.run('revoke_device', { device_id: b.id }).then(() => recordsOf(account)),
    ]);
    expect(await recordsOf(account)).toBe(atAnswer);
    if ('error' in outcome) expect(outcome.error).toMatchObject({ code: 'unauthorized' });
    else expect(atAnswer).toBe(6);
    expect(await b.run('get_mood_history')).toHaveLength(6);
  }
});

test('[E7] a device with the API key of another one can’t end that one alone, and says so', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const b = await world.joinedDevice(account, phrase);
  expect((await list(a)).map(({ can_be_revoked }) => can_be_revoked)).toEqual([false, false]);
  expect(await a.refusal('revoke_device', { device_id: b.id })).toBe('SharesApiKey');
  await b.run('sync_now');
});

test('[E7] a device tells of itself once a day, and no sync in between asks anything for it', async () => {
  const { b } = await paired();
  let told = 0;
  b.network.carry = (request) => {
    if (request === 'updateDevice') told += 1;
    return 'carry';
  };
  for (let sync = 0; sync < 3; sync += 1) await b.run('sync_now');
  expect(told).toBe(0);
  b.clock.nowMs += 24 * 3_600_000;
  for (let sync = 0; sync < 3; sync += 1) await b.run('sync_now');
  expect(told).toBe(1);
});

test('[E7] [D13] a service of version 1, which has no devices, is synced with all the same', async () => {
  const notFound = () => Promise.resolve(err({ type: 'Refused', code: 'not_found' } as const));
  let told = 0;
  const device = await openTestDevice({
    connect: (server) => ({
      ...connectSyncApi(server),
      updateDevice: () => {
        told += 1;
        return notFound();
      },
      listDevices: notFound,
      putMailbox: notFound,
    }),
  });
  await turnSyncOn(device, await world.newAccount());
  await device.run('log_mood', { mood_rating: 4 });
  for (let sync = 0; sync < 3; sync += 1) expect(await device.run('sync_now')).toMatchObject({ pending: 0 });
  expect(told).toBe(1);
  expect(await device.refusal('list_devices')).toBe('ServiceTooOld');
  expect(await device.refusal('create_pairing_link')).toBe('ServiceTooOld');
  device.close();
});
