/** A deletion of much is shown to the person before it is applied; one of little is applied at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, settle, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Mood {
  readonly id: string;
  readonly notes: string | null;
  readonly activity_ids: readonly string[];
}

const moodsOn = async (device: WorldDevice): Promise<readonly Mood[]> =>
  (await device.run('get_mood_history', { limit: 1_000 })) as readonly Mood[];
const heldOn = async (device: WorldDevice): Promise<number> =>
  ((await device.run('get_sync_status')) as { readonly held_deletions: number }).held_deletions;

const withMoods = async (count: number) => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  for (let number = 0; number < count; number += 1) {
    await a.run('log_mood', { mood_rating: 4, notes: `entry ${String(number)}` });
  }
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  b.clock.nowMs += 60_000;
  const remove = async (device: WorldDevice, many: number) => {
    device.clock.nowMs += 60_000;
    const ids = (await moodsOn(device)).slice(0, many).map(({ id }) => id);
    for (const id of ids) await device.run('delete_mood_checkin', { id });
    await device.run('sync_now');
    return ids;
  };
  return { account, phrase, a, b, remove };
};

test.each([
  { count: 25, deleted: 20, held: 0, why: '20 of 25 are not more than 20' },
  { count: 25, deleted: 21, held: 21, why: '21 of 25 are' },
  { count: 230, deleted: 23, held: 0, why: '23 of 230 are not more than a tenth' },
])('[D7] $why', async ({ count, deleted, held }) => {
  const { a, b, remove } = await withMoods(count);
  await remove(a, deleted);
  expect(await b.run('sync_now')).toMatchObject({ pending: 0 });
  expect(await heldOn(b)).toBe(held);
  expect(await moodsOn(b)).toHaveLength(held === 0 ? count - deleted : count);
});

test('[D7] what is held is listed, and applied when the person says so', async () => {
  const { a, b, remove } = await withMoods(30);
  const ids = await remove(a, 25);
  await settle(b);
  const list = (await b.run('list_held_deletions', { limit: 10 })) as {
    readonly items: readonly { readonly record_id: string; readonly would_be: string }[];
    readonly total: number;
  };
  expect(list).toMatchObject({ total: 25 });
  expect(list.items.map(({ record_id }) => record_id)).toEqual(ids.toSorted().slice(0, 10));
  expect(list.items[0]).toMatchObject({
    would_be: 'deleted',
    kind: 'mood_entry',
    record: { mood_rating: 4 },
  });
  const next = (await b.run('list_held_deletions', { after: list.items[9]?.record_id })) as typeof list;
  expect(next.items).toHaveLength(15);
  expect(await b.run('apply_held_deletions')).toEqual({ applied: 25 });
  expect(await b.run('apply_held_deletions')).toEqual({ applied: 0 });
  await settle(a, b);
  expect(await heldOn(b)).toBe(0);
  expect(b.exportJson()).toBe(a.exportJson());
  expect(await moodsOn(b)).toHaveLength(5);
});

test('[D7] what is kept is alive again on every device', async () => {
  const { a, b, remove } = await withMoods(30);
  await remove(a, 25);
  await b.run('sync_now');
  expect(await b.run('keep_held_deletions')).toEqual({ kept: 25, copied: 0 });
  await settle(b, a);
  expect(await moodsOn(a)).toHaveLength(30);
  expect(b.exportJson()).toBe(a.exportJson());
});

test('[D7] [M6] what was erased elsewhere is kept as a copy, and what names it names the copy', async () => {
  const { a, b } = await withMoods(25);
  const group = (await a.run('create_activity_group', { name: 'Outside' })) as Mood;
  const walk = (await a.run('create_activity', { group_id: group.id, name: 'Walk' })) as Mood;
  await a.run('log_mood', { mood_rating: 5, notes: 'walked', activity_ids: [walk.id] });
  await settle(a, b);
  await a.run('delete_all_data', { confirm: 'delete everything' });
  await b.run('sync_now');
  expect(await heldOn(b)).toBe(28);
  expect(await moodsOn(b)).toHaveLength(26);
  expect(await b.run('keep_held_deletions')).toEqual({ kept: 28, copied: 28 });
  await settle(b, a);
  const [activity] = (await a.run('get_activities')) as readonly Mood[];
  expect(activity).toMatchObject({ name: 'Walk' });
  expect(activity?.id).not.toBe(walk.id);
  const walked = (await moodsOn(a)).find(({ notes }) => notes === 'walked');
  expect(walked?.activity_ids).toEqual([activity?.id]);
  expect(await moodsOn(a)).toHaveLength(26);
  expect(b.exportJson()).toBe(a.exportJson());
});

test('[D7] a deletion that comes in parts is one run, also where it breaks off between two pages', async () => {
  const { a, b, remove } = await withMoods(600);
  await remove(a, 15);
  let pages = 0;
  b.network.carry = (request) => {
    if (request === 'download') pages += 1;
    return pages === 2 ? 'lose the request' : 'carry';
  };
  // More than one page lies between the two halves of the deletion.
  a.clock.nowMs += 60_000;
  for (const { id } of (await moodsOn(a)).slice(0, 500))
    await a.run('update_mood_checkin', { id, mood_rating: 1 });
  await a.run('sync_now');
  for (const { id } of (await moodsOn(a)).slice(0, 60)) await a.run('delete_mood_checkin', { id });
  await a.run('sync_now');
  await b.call('sync_now', {});
  expect(await moodsOn(b)).toHaveLength(600);
  b.network.carry = () => 'carry';
  await b.run('sync_now');
  expect(await heldOn(b)).toBe(75);
  expect(await moodsOn(b)).toHaveLength(600);
});

test('[D7] a held record that is edited here is alive everywhere, and nothing of the rest is sent or lost', async () => {
  const { a, b, remove } = await withMoods(30);
  const [first = '', second = ''] = await remove(a, 25);
  await b.run('sync_now');
  b.clock.nowMs += 600_000;
  await b.run('update_mood_checkin', { id: first, notes: 'still needed' });
  await b.run('sync_now');
  expect(await b.run('get_sync_status')).toMatchObject({ held_deletions: 24, pending: 0 });
  // And one that was brought back elsewhere comes like any other version.
  await a.run('restore', { id: second });
  await a.run('sync_now');
  await b.run('sync_now');
  expect(await heldOn(b)).toBe(23);
  await b.run('apply_held_deletions');
  await settle(a, b);
  expect((await moodsOn(a)).map(({ id }) => id)).toEqual(expect.arrayContaining([first, second]));
  expect(await moodsOn(a)).toHaveLength(7);
  expect(b.exportJson()).toBe(a.exportJson());
});

test('[D7] [M6] deleting everything here too settles what was held', async () => {
  const { a, b, remove } = await withMoods(30);
  await remove(a, 25);
  await b.run('sync_now');
  expect(await b.run('delete_all_data', { confirm: 'delete everything' })).toMatchObject({
    deleted_on_the_service: true,
  });
  expect(await heldOn(b)).toBe(0);
});

test('[D7] a device that comes new has nothing to delete, and one that turns sync off is not asked any more', async () => {
  const { account, phrase, a, b, remove } = await withMoods(30);
  await remove(a, 25);
  const c = await world.joinedDevice(account, phrase);
  expect(await heldOn(c)).toBe(0);
  expect(await moodsOn(c)).toHaveLength(5);
  await b.run('sync_now');
  expect(await heldOn(b)).toBe(25);
  await b.run('disable_sync');
  expect(await heldOn(b)).toBe(0);
  await b.run('enable_sync', { ...account, recovery_phrase: phrase });
  expect(await heldOn(b)).toBe(25);
  expect(await moodsOn(b)).toHaveLength(30);
});

test('[D7] [M6] an edit of a record that was erased elsewhere waits here until the person has decided', async () => {
  const { a, b } = await withMoods(25);
  await a.run('delete_all_data', { confirm: 'delete everything' });
  await b.run('sync_now');
  const [mood] = await moodsOn(b);
  await b.run('update_mood_checkin', { id: mood?.id, notes: 'edited' });
  expect(await b.run('sync_now')).toMatchObject({ uploaded: 0, merged: 0, pending: 1 });
  expect(await heldOn(b)).toBe(25);
  await b.run('keep_held_deletions');
  await settle(b, a);
  expect((await moodsOn(a)).map(({ notes }) => notes)).toContain('edited');
});
