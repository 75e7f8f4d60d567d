/** The service lost its memory, or remembers something else: the devices put back what it lacks (rule D6). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountIdOf, backUp, onService } from './service-tables.ts';
import { type Carriage, openWorld, settle, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const twoDevices = async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await a.run('log_mood', { mood_rating: 1, notes: 'before the backup' });
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  return { account, a, b, phrase };
};

test('[D6] after a restored backup everything that any device has is back once each has synced', async () => {
  const { account, a, b, phrase } = await twoDevices();
  const restore = await backUp(world, account);
  await a.run('log_mood', { mood_rating: 2, notes: 'after the backup, on a' });
  await b.run('log_mood', { mood_rating: 3, notes: 'after the backup, on b' });
  await settle(a, b);
  const whole = a.exportJson();
  await restore();
  await a.run('log_mood', { mood_rating: 4, notes: 'offline meanwhile' });
  await a.run('sync_now');
  await b.run('sync_now');
  const c = await world.joinedDevice(account, phrase);
  expect(b.exportJson()).toBe(a.exportJson());
  expect(c.exportJson()).toBe(a.exportJson());
  expect(await c.run('get_mood_history')).toHaveLength(4);
  for (const note of ['on a', 'on b', 'before']) expect(whole).toContain(note);
});

test('[D6] a service that was emptied is filled again, and absence deletes nothing', async () => {
  const { account, a, b, phrase } = await twoDevices();
  const id = accountIdOf(account);
  for (const table of ['record', 'batch']) {
    await onService(world, `delete from ${table} where account_id = $1`, [id]);
  }
  await onService(
    world,
    `update account set head = 0, chain = decode(repeat('00', 32), 'hex'), epoch = gen_random_uuid()
     where account_id = $1`,
    [id],
  );
  const before = a.exportJson();
  await b.run('sync_now');
  await a.run('sync_now');
  expect(a.exportJson()).toBe(before);
  expect(b.exportJson()).toBe(before);
  const c = await world.joinedDevice(account, phrase);
  expect(c.exportJson()).toBe(before);
});

test('[D6] a history that went on differently is merged with what the device has', async () => {
  const { account, a, b } = await twoDevices();
  const restore = await backUp(world, account);
  await a.run('log_mood', { mood_rating: 2, notes: 'only a and the lost history' });
  await a.run('sync_now');
  await restore();
  // The seq of the lost change is given to another one.
  await b.run('log_mood', { mood_rating: 3, notes: 'only b' });
  await b.run('log_mood', { mood_rating: 3, notes: 'only b too' });
  await b.run('sync_now');
  await settle(a, b);
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await b.run('get_mood_history')).toHaveLength(4);
});

test('[D6] a history that changes between the download and the upload is noticed too', async () => {
  const { account, a, b } = await twoDevices();
  const [mood] = (await a.run('get_mood_history')) as readonly { readonly id: string }[];
  await a.run('update_mood_checkin', { id: mood?.id, notes: 'changed' });
  a.network.carry = async (request): Promise<Carriage> => {
    if (request === 'upload') {
      a.network.carry = () => 'carry';
      await onService(world, 'delete from record where account_id = $1', [accountIdOf(account)]);
    }
    return 'carry';
  };
  expect(await a.run('sync_now')).toMatchObject({ pending: 0 });
  await settle(b, a);
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await b.run('get_mood_history')).toMatchObject([{ notes: 'changed' }]);
});

test('[D3] [D6] a change that was built on a version of the lost history is no change of the one that has its seq now', async () => {
  const { account, a, b, phrase } = await twoDevices();
  const [mood] = (await a.run('get_mood_history')) as readonly { readonly id: string }[];
  const c = await world.joinedDevice(account, phrase);
  const restore = await backUp(world, account);
  await b.run('update_mood_checkin', { id: mood?.id, notes: 'only b and the lost history' });
  await b.run('sync_now');
  await b.run('update_mood_checkin', { id: mood?.id, mood_rating: 5 });
  b.network.carry = async (request): Promise<Carriage> => {
    if (request === 'upload') {
      b.network.carry = () => 'carry';
      await restore();
      await c.run('update_mood_checkin', { id: mood?.id, notes: 'only c' });
      await c.run('sync_now');
    }
    return 'carry';
  };
  await b.run('sync_now');
  // The edit of c was acknowledged, so it is on the service although c never comes back.
  await settle(b, a);
  const discarded = (await b.run('list_merge_ledger')) as readonly unknown[];
  expect(`${a.exportJson()} ${JSON.stringify(discarded)}`).toContain('only c');
  expect(a.exportJson()).toBe(b.exportJson());
});

test('[M4] [D6] what a conflict of another history lets go of is kept, whoever else has it', async () => {
  const { account, a, b, phrase } = await twoDevices();
  const [mood] = (await a.run('get_mood_history')) as readonly { readonly id: string }[];
  const c = await world.joinedDevice(account, phrase);
  const restore = await backUp(world, account);
  await b.run('update_mood_checkin', { id: mood?.id, mood_rating: 6 });
  await settle(b, a);
  await a.run('update_mood_checkin', { id: mood?.id, notes: 'only a' });
  c.clock.nowMs += 60_000;
  await c.run('update_mood_checkin', { id: mood?.id, mood_rating: 2 });
  a.network.carry = async (request): Promise<Carriage> => {
    if (request === 'upload') {
      a.network.carry = () => 'carry';
      await restore();
      await c.run('sync_now');
    }
    return 'carry';
  };
  await a.run('sync_now');
  expect(await a.run('get_mood_history')).toMatchObject([{ mood_rating: 2, notes: 'only a' }]);
  // On b it is too, but b may never come back, and c has never seen it.
  const { items } = (await a.run('list_merge_ledger')) as {
    readonly items: readonly { readonly lost: { readonly fields: unknown } }[];
  };
  expect(items.map(({ lost }) => lost.fields)).toContainEqual({ mood_rating: 6, mood_scale: '1-7' });
});
