/** A client that was written from docs/protocol.md alone is one more device of a person. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnotherClient, type Envelope } from './another-client.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface CheckIn {
  readonly id: string;
  readonly mood_rating: number;
  readonly notes: string | null;
}

const checkIns = async (device: { readonly run: (name: string) => Promise<unknown> }) =>
  (await device.run('get_mood_history')) as readonly CheckIn[];

const withNotes =
  (notes: string) =>
  (held: Envelope | undefined, stamp: string): Envelope => {
    if (held === undefined) throw new Error('the record is there');
    return { ...held, groups: { ...held.groups, notes: { notes, stamp } } };
  };

test('[R1] [E1] [E5] [M1] [D3] [D8] another client joins with the words, reads, writes, merges and deletes', async () => {
  const account = await world.newAccount();
  const { device, phrase } = await world.firstDevice(account);
  device.clock.nowMs = Date.now();
  const { id } = (await device.run('log_mood', {
    mood_rating: 6,
    notes: 'from the device, 世界 🌿',
  })) as CheckIn;
  await device.run('sync_now');

  const other = new AnotherClient(account.url, account.api_key);
  await other.join(phrase);
  await other.download();
  const held = other.records.get(id);
  expect(held?.envelope).toMatchObject({
    type: 'mood_entry',
    groups: { notes: { notes: 'from the device, 世界 🌿' }, rating: { mood_rating: 6, mood_scale: '1-7' } },
  });
  expect(await other.digestIsEqual()).toBe(true);

  // Each changes another group before it knows of the other's change, and then both have both.
  await device.run('update_mood_checkin', { id, mood_rating: 2 });
  await device.run('sync_now');
  await other.save(id, withNotes('from the other client'));
  expect(other.records.get(id)?.envelope.groups.rating).toMatchObject({ mood_rating: 2 });
  await device.run('sync_now');
  expect(await checkIns(device)).toMatchObject([{ id, mood_rating: 2, notes: 'from the other client' }]);

  // A record of its own, made as the page says.
  const moment = new Date().toISOString();
  const newId = `${Date.now()
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}-7abc-8123-456789abcdef`;
  await other.save(newId, (_, stamp) => ({
    v: 1,
    type: 'mood_entry',
    schema: 1,
    groups: {
      origin: { created_at: moment, stamp },
      rating: { mood_rating: 5, mood_scale: '1-7', stamp },
      activities: { activity_ids: [], stamp },
      notes: { notes: 'made by the other client', stamp },
      moment: { recorded_at: moment, time_zone: 'Europe/Berlin', local_date: moment.slice(0, 10), stamp },
    },
  }));
  await device.run('sync_now');
  expect((await checkIns(device)).map(({ notes }) => notes)).toContain('made by the other client');
  expect(await device.run('verify_sync')).toMatchObject({ same: true, quarantined: 0, records_here: 2 });
  expect(JSON.stringify(await device.run('list_devices'))).toContain('another client');

  await other.save(id, (envelope, stamp) => {
    if (envelope === undefined) throw new Error('the record is there');
    return { ...envelope, groups: { ...envelope.groups, life: { deleted_at: moment, stamp } } };
  });
  await device.run('sync_now');
  expect((await checkIns(device)).map((checkIn) => checkIn.id)).toEqual([newId]);
  await other.download();
  expect(await other.digestIsEqual()).toBe(true);
});
