/** Records that can't be used, references to what is not there, and pages that break off half way. */
import { inFile } from '@mhb/device/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountIdOf, onService } from './service-tables.ts';
import { accountWithMoods, openWorld, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Mood {
  readonly id: string;
  readonly notes: string;
}

const moodsOn = async (device: WorldDevice): Promise<readonly string[]> =>
  ((await device.run('get_mood_history')) as readonly Mood[]).map(({ notes }) => notes).toSorted();

test('[O5] a record that was damaged is kept apart, counted, and stops nothing else', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 4);
  const id = accountIdOf(account);
  const [whole] = await onService<{ record_id: string; sealed: Buffer }>(
    world,
    'select record_id, sealed from record where account_id = $1 and seq = 2',
    [id],
  );
  const damaged = Buffer.from(whole?.sealed ?? '');
  damaged[100] = (damaged[100] ?? 0) ^ 1;
  await onService(world, 'update record set sealed = $2 where account_id = $1 and seq = 2', [id, damaged]);

  const b = await world.joinedDevice(account, phrase);
  expect(await moodsOn(b)).toEqual(['entry 1', 'entry 3', 'entry 4']);
  expect(await b.run('get_sync_status')).toMatchObject({ quarantined: 1, last_failure: null });
  await b.run('log_mood', { mood_rating: 5, notes: 'entry 5' });
  expect(await b.run('sync_now')).toMatchObject({ uploaded: 1, quarantined: 1, pending: 0 });

  const kept = inFile(b.databasePath, 'select hex(sealed) as sealed, reason from quarantine');
  expect(kept).toEqual([{ sealed: damaged.toString('hex').toUpperCase(), reason: 'CannotOpen' }]);
  const [mood] = (await a.run('get_mood_history')) as readonly Mood[];
  expect(mood).toBeDefined();
});

/** Two moods, of which the second device can't use one: it is sealed as no app of today does it. */
const withOneKept = async () => {
  const { account, phrase } = await accountWithMoods(world, 2);
  const id = accountIdOf(account);
  const [whole] = await onService<{ sealed: Buffer }>(
    world,
    'select sealed from record where account_id = $1 and seq = 1',
    [id],
  );
  await onService(
    world,
    `update record set sealed = set_byte(sealed, 0, 9) where account_id = $1 and seq = 1`,
    [id],
  );
  const b = await world.joinedDevice(account, phrase);
  expect(await b.run('get_sync_status')).toMatchObject({ quarantined: 1 });
  // A newer app would understand it: what was kept becomes something this one does.
  const understood = whole?.sealed.toString('hex') ?? '';
  const understand = () => inFile(b.databasePath, `update quarantine set sealed = x'${understood}'`);
  return { b, understand };
};

test('[O5] [F78] a kept record is tried again by another version of the app', async () => {
  const { b, understand } = await withOneKept();
  await b.run('sync_now');
  understand();
  inFile(b.databasePath, `update device_state set value = '0.0.9 1' where name = 'quarantine_tried'`);
  expect(await b.run('sync_now')).toMatchObject({ quarantined: 0 });
  expect(await moodsOn(b)).toEqual(['entry 1', 'entry 2']);
});

test('[O5] [F78] a kept record is tried again with another generation of the keys', async () => {
  const { b, understand } = await withOneKept();
  await b.run('sync_now');
  understand();
  inFile(
    b.databasePath,
    `update device_state set value = replace(value, ' 1', ' 0') where name = 'quarantine_tried'`,
  );
  expect(await b.run('sync_now')).toMatchObject({ quarantined: 0 });
});

test('[O5] while neither has changed a kept record costs nothing', async () => {
  const { b, understand } = await withOneKept();
  await b.run('sync_now');
  understand();
  expect(await b.run('sync_now')).toMatchObject({ quarantined: 1 });
});

test('[O5] a record of a newer schema is kept, and never overwritten by this device', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 2);
  const b = await world.joinedDevice(account, phrase);
  const [mood] = (await a.run('get_mood_history')) as readonly Mood[];
  // What a newer app on the first device would write.
  inFile(
    a.databasePath,
    `update record set envelope = replace(envelope, '"schema":1', '"schema":2') where id = '${mood?.id ?? ''}'`,
  );
  inFile(a.databasePath, `insert into outbox (record_id, change) values ('${mood?.id ?? ''}', 1000000)`);
  await a.run('sync_now');
  expect(await b.run('sync_now')).toMatchObject({ quarantined: 1 });
  await b.run('update_mood_checkin', { id: mood?.id, notes: 'edited by the older app' });
  expect(await b.run('sync_now')).toMatchObject({ uploaded: 0, quarantined: 1, pending: 1 });
});

test('[M6] [O5] an erase certificate of a type that only a newer app knows is kept, and erases nothing here', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 2);
  const b = await world.joinedDevice(account, phrase);
  const [mood] = (await a.run('get_mood_history')) as readonly Mood[];
  const id = mood?.id ?? '';
  const erased =
    '{"groups":{"erased":{"stamp":"0fffffffffff-0000-9dca8c435bb0779f"}},"schema":1,"type":"dream","v":1}';
  inFile(a.databasePath, `update record set envelope = '${erased}' where id = '${id}'`);
  inFile(a.databasePath, `insert into outbox (record_id, change) values ('${id}', 1000000)`);
  await a.run('sync_now');
  expect(await b.run('sync_now')).toMatchObject({ quarantined: 1, pending: 0 });
  expect(await moodsOn(b)).toEqual(['entry 1', 'entry 2']);
});

test('[O5] a version that can be used releases the record', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 2);
  const id = accountIdOf(account);
  await onService(world, `update record set sealed = set_byte(sealed, 60, 0) where account_id = $1`, [id]);
  const b = await world.joinedDevice(account, phrase);
  const { quarantined } = (await b.run('get_sync_status')) as { quarantined: number };
  expect(quarantined).toBeGreaterThan(0);
  for (const { id: moodId } of (await a.run('get_mood_history')) as readonly Mood[]) {
    await a.run('update_mood_checkin', { id: moodId, notes: 'edited' });
  }
  await a.run('sync_now');
  expect(await b.run('sync_now')).toMatchObject({ quarantined: 0 });
  expect(await moodsOn(b)).toEqual(['edited', 'edited']);
});

test('[O5] a record that was damaged on the service is put back by a device that holds it', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 3);
  const damage = () =>
    onService(
      world,
      `update record set sealed = set_byte(sealed, 60, (get_byte(sealed, 60) + 1) % 256) where account_id = $1`,
      [accountIdOf(account)],
    );
  const b = await world.joinedDevice(account, phrase);
  await damage();
  const c = await world.joinedDevice(account, phrase);
  expect(await c.run('get_sync_status')).toMatchObject({ quarantined: 3 });
  // Nothing tells a and b of it, until one of them has something to say of such a record.
  const [mood] = (await a.run('get_mood_history')) as readonly Mood[];
  await a.run('update_mood_checkin', { id: mood?.id, notes: 'edited' });
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 1, quarantined: 0, pending: 0 });
  expect(await c.run('sync_now')).toMatchObject({ quarantined: 2 });
  expect(await moodsOn(c)).toEqual(['edited']);

  await b.run('disable_sync');
  expect(await b.run('enable_sync', { ...account, recovery_phrase: phrase })).toBeDefined();
  expect(await b.run('get_sync_status')).toMatchObject({ quarantined: 0, pending: 0 });
  expect(await c.run('sync_now')).toMatchObject({ quarantined: 0 });
  expect(await a.run('sync_now')).toMatchObject({ quarantined: 0 });
  expect(c.exportJson()).toBe(a.exportJson());
  expect(b.exportJson()).toBe(a.exportJson());
});

test('[M5] a reference to a record that is not here is kept and shown', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const group = (await a.run('create_activity_group', { name: 'Outside' })) as Mood;
  await a.run('sync_now');
  const activity = (await a.run('create_activity', { group_id: group.id, name: 'Walk' })) as Mood;
  await a.run('sync_now');
  await a.run('log_activity', { activity_id: activity.id });
  await a.run('sync_now');
  await onService(world, 'delete from record where account_id = $1 and seq = 2', [accountIdOf(account)]);
  const b = await world.joinedDevice(account, phrase);
  expect(await b.run('get_activities')).toEqual([]);
  expect(await b.run('get_activity_logs')).toMatchObject([{ activity_id: activity.id }]);
});

test('[O3] a page that breaks off half way leaves neither records nor a cursor, and comes again', async () => {
  const { account, a, phrase } = await accountWithMoods(world, 4);
  const b = await world.newDevice();
  inFile(
    b.databasePath,
    `create trigger break_off before insert on mood_entry when (select count(*) from mood_entry) = 2
     begin select raise(abort, 'broken off'); end`,
  );
  await expect(b.call('enable_sync', { ...account, recovery_phrase: phrase })).rejects.toThrow('broken off');
  expect(await moodsOn(b)).toEqual([]);
  expect(inFile(b.databasePath, `select value from device_state where name = 'cursor'`)).toEqual([]);
  inFile(b.databasePath, 'drop trigger break_off');
  expect(await b.run('sync_now')).toMatchObject({ downloaded: 4 });
  expect(b.exportJson()).toBe(a.exportJson());
});
