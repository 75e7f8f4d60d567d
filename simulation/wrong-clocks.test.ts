/** A clock that runs a year ahead on one device, a real service that knows the time, and a device that is copied. */
import { inFile, temporaryFolder } from '@mhb/device/testing';
import { stampMs, Stamp } from '@mhb/core-domain/sync';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHostileService } from '../faults/hostile-service.ts';
import { openWorld, settle, turnSyncOn, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const YEAR_MS = 365 * 86_400_000;

const stampsOn = (device: WorldDevice): readonly Stamp[] =>
  inFile(device.databasePath, 'select envelope from record').flatMap(({ envelope }) => {
    const { groups } = JSON.parse(String(envelope)) as { groups: Record<string, { stamp: string }> };
    return Object.values(groups).map(({ stamp }) => Stamp.parse(stamp));
  });
const lastStampOn = (device: WorldDevice): string =>
  String(inFile(device.databasePath, `select value from device_state where name = 'last_stamp'`)[0]?.value);
const notesOn = async (device: WorldDevice): Promise<readonly unknown[]> =>
  ((await device.run('get_mood_history')) as readonly { readonly notes: string }[]).map(({ notes }) => notes);

/** The service keeps the time of the computer; devices begin as it does. */
const withDevices = async () => {
  const account = await world.newAccount();
  const now = new Date(Date.now()).toISOString();
  const a = await world.newDevice({ now });
  const phrase = await turnSyncOn(a, account);
  const b = await world.newDevice({ now });
  await b.run('enable_sync', { ...account, recovery_phrase: phrase });
  return { account, phrase, a, b };
};

test('[S3] what a clock a year ahead has written wins over no later edit, and goes out with the right time', async () => {
  const { a, b } = await withDevices();
  const { id } = (await b.run('log_mood', { mood_rating: 4, notes: 'at first' })) as { readonly id: string };
  await settle(b, a);

  a.clock.nowMs += YEAR_MS;
  await a.run('update_mood_checkin', { id, notes: 'by the wrong clock' });
  await a.run('log_mood', { mood_rating: 2, notes: 'new, by the wrong clock' });
  expect(stampMs(Stamp.parse(lastStampOn(a)))).toBeGreaterThan(Date.now() + YEAR_MS / 2);
  b.clock.nowMs += 60_000;
  await b.run('update_mood_checkin', { id, notes: 'written later' });
  await b.run('sync_now');
  await settle(a, b);
  expect(await notesOn(a)).toEqual(expect.arrayContaining(['written later', 'new, by the wrong clock']));
  expect(b.exportJson()).toBe(a.exportJson());
  expect(await a.run('get_sync_status')).toMatchObject({ merge_ledger: 1, pending: 0 });
  for (const device of [a, b]) {
    for (const stamp of stampsOn(device)) expect(stampMs(stamp)).toBeLessThan(Date.now() + 5 * 60_000);
    expect(stampMs(Stamp.parse(lastStampOn(device)))).toBeLessThan(Date.now() + 5 * 60_000);
  }
});

test.each(['1970-01-01T00:00:05Z', '9999-12-31T23:58:00Z'])(
  '[S2] [S3] [F20] a computer that begins at %s loses nothing, and nobody else’s later edit loses to it',
  async (now) => {
    const { a, b } = await withDevices();
    const { id } = (await b.run('log_mood', { mood_rating: 4, notes: 'at first' })) as {
      readonly id: string;
    };
    await settle(b, a);
    a.clock.nowMs = Date.parse(now);
    await a.run('update_mood_checkin', { id, notes: 'by the wrong clock' });
    await a.run('log_mood', { mood_rating: 2, notes: 'new, by the wrong clock' });
    await settle(a, b);
    expect(await notesOn(b)).toEqual(
      expect.arrayContaining(['by the wrong clock', 'new, by the wrong clock']),
    );
    b.clock.nowMs += 60_000;
    await b.run('update_mood_checkin', { id, notes: 'written later' });
    await settle(b, a);
    // Put right, the clock takes nothing back, and what was written by the wrong one can be edited.
    a.clock.nowMs = b.clock.nowMs;
    const [wrong] = (
      (await a.run('get_mood_history')) as readonly { readonly id: string; readonly notes: string }[]
    ).filter(({ notes }) => notes === 'new, by the wrong clock');
    await a.run('update_mood_checkin', { id: wrong?.id, notes: 'edited since' });
    await settle(a, b);
    for (const device of [a, b])
      expect([...(await notesOn(device))].sort()).toEqual(['edited since', 'written later']);
    expect(b.exportJson()).toBe(a.exportJson());
  },
);

test('[S3] its own edits stay in order, and one made on top of another device’s wins', async () => {
  const { a, b } = await withDevices();
  const { id } = (await b.run('log_mood', { mood_rating: 4, notes: 'at first' })) as { readonly id: string };
  await settle(b, a);
  a.clock.nowMs += YEAR_MS;
  for (const notes of ['one', 'two', 'three']) {
    await a.run('update_mood_checkin', { id, notes });
    await a.run('sync_now');
  }
  await b.run('sync_now');
  expect(await notesOn(b)).toEqual(['three']);
  await b.run('update_mood_checkin', { id, notes: 'four' });
  await settle(b, a);
  expect(await notesOn(a)).toEqual(['four']);
});

test('[S3] [D4] a batch that is frozen goes out as it is, and what is written on it stays later', async () => {
  const { a, b } = await withDevices();
  a.clock.nowMs += 2 * 60_000;
  const { id } = (await a.run('log_mood', { mood_rating: 4, notes: 'at first' })) as { readonly id: string };
  a.network.carry = (request) => (request === 'upload' ? 'lose the answer' : 'carry');
  await a.call('sync_now', {});
  const frozen = inFile(a.databasePath, 'select stamps from outgoing');
  a.network.carry = () => 'carry';
  a.clock.nowMs += YEAR_MS;
  await a.run('update_mood_checkin', { id, notes: 'on top of it' });
  expect(inFile(a.databasePath, 'select stamps from outgoing')).toEqual(frozen);
  await settle(a, b);
  expect(await notesOn(b)).toEqual(['on top of it']);
  expect(b.exportJson()).toBe(a.exportJson());
  expect(await a.run('get_sync_status')).toMatchObject({ pending: 0 });
});

test('[S2] [F21] a copy of a device’s files is noticed by both, and nothing is lost', async () => {
  const { account, a, phrase } = await withDevices();
  await a.run('log_mood', { mood_rating: 4, notes: 'before' });
  await a.run('sync_now');
  const copy = await world.newDevice();
  copy.close();
  inFile(a.databasePath, 'pragma wal_checkpoint(truncate)');
  copyFileSync(a.databasePath, copy.databasePath);
  const clone = await copy.restart();
  clone.clock.nowMs = a.clock.nowMs;
  await clone.run('disable_sync');
  await clone.run('enable_sync', { ...account, recovery_phrase: phrase });
  expect(await clone.run('get_sync_status')).toMatchObject({ device_id_shared: false });
  clone.clock.nowMs += 1_000;
  await clone.run('log_mood', { mood_rating: 1, notes: 'on the copy' });
  a.clock.nowMs += 2_000;
  await a.run('log_mood', { mood_rating: 2, notes: 'on the first' });
  await settle(clone, a);
  for (const device of [a, clone]) {
    expect(await device.run('get_sync_status')).toMatchObject({ device_id_shared: true });
    expect(await notesOn(device)).toHaveLength(3);
  }
  clone.close();
});

test('[S2] [F22] a device brought back from an old copy of itself notices, and goes on', async () => {
  const { a } = await withDevices();
  await a.run('log_mood', { mood_rating: 4, notes: 'before' });
  await a.run('sync_now');
  inFile(a.databasePath, 'pragma wal_checkpoint(truncate)');
  const old = `${a.databasePath}.old`;
  copyFileSync(a.databasePath, old);
  a.clock.nowMs += 1_000;
  await a.run('log_mood', { mood_rating: 2, notes: 'after the copy' });
  await a.run('sync_now');
  const { nowMs } = a.clock;
  a.close();
  for (const end of ['-wal', '-shm']) rmSync(`${a.databasePath}${end}`, { force: true });
  copyFileSync(old, a.databasePath);
  const back = await a.restart();
  back.clock.nowMs = nowMs + 1_000;
  await back.run('sync_now');
  expect(await notesOn(back)).toHaveLength(2);
  expect(await back.run('get_sync_status')).toMatchObject({ device_id_shared: true });
  back.close();
});

test('[S2] [F21] a device that nobody copied never thinks so', async () => {
  const { account, phrase, a, b } = await withDevices();
  for (let round = 0; round < 3; round += 1) {
    await a.run('log_mood', { mood_rating: 4 });
    await b.run('log_mood', { mood_rating: 4 });
    await settle(a, b);
  }
  await a.run('disable_sync');
  await a.run('log_mood', { mood_rating: 4 });
  await a.run('enable_sync', { ...account, recovery_phrase: phrase });
  await settle(a, b);
  for (const device of [a, b])
    expect(await device.run('get_sync_status')).toMatchObject({ device_id_shared: false });
});

test.each([
  ['sleeps for hours', 3],
  ['has its clock put back by months', -24 * 240],
])('[S3] a computer that %s between a request and its answer has no wrong stamps', async (_, hours) => {
  const account = await world.newAccount();
  const line = await openHostileService(account.url);
  const device = await world.newDevice({ now: new Date(Date.now()).toISOString() });
  await turnSyncOn(device, { ...account, url: line.url });
  await device.run('log_mood', { mood_rating: 4, notes: 'before the lid was closed' });
  const before = stampsOn(device);
  let isDone = false;
  line.become((_passed, answer) => {
    if (!isDone) device.clock.nowMs += hours * 3_600_000;
    isDone = true;
    return answer;
  });
  expect(await device.run('sync_now')).toMatchObject({ uploaded: 1, pending: 0 });
  expect(stampsOn(device)).toEqual(before);
  await line.close();
});

test('[S2] [S3] a stamp names one act, also where somebody else’s from the future keeps the next ones there', async () => {
  const { a, b } = await withDevices();
  b.clock.nowMs += YEAR_MS;
  await b.run('log_mood', { mood_rating: 4 });
  const file = join(temporaryFolder(), 'ahead.json');
  writeFileSync(file, b.exportJson());
  await a.run('import_json', { file });
  const given = new Set<string>();
  for (const value of [1, 6, 1, 6]) {
    await a.run('set_preference', { key: 'week_start', value });
    expect(given).not.toContain(lastStampOn(a));
    given.add(lastStampOn(a));
    await a.run('sync_now');
  }
  await settle(a, b);
  expect(b.exportJson()).toBe(a.exportJson());
});
