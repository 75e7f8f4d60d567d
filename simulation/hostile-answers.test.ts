/** Single things that a service, or what stands in front of it, may do to its answers, each with what has to follow. */
import { inFile } from '@mhb/device/testing';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Forge, type Forged, honest, openHostileService } from '../faults/hostile-service.ts';
import { openWorld, turnSyncOn, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** One device that speaks to the service itself, and one that speaks to whatever stands in front of it. */
const twoDevices = async () => {
  const account = await world.newAccount();
  const hostile = await openHostileService(account.url);
  const a = await world.newDevice();
  const phrase = await turnSyncOn(a, account);
  const victim = await world.newDevice();
  await victim.run('enable_sync', { ...account, url: hostile.url, recovery_phrase: phrase });
  return { a, victim, hostile };
};

const logMoods = async (device: WorldDevice, count: number): Promise<void> => {
  for (let number = 1; number <= count; number += 1)
    await device.run('log_mood', { mood_rating: number, notes: `entry ${String(number)}` });
};

const cursorOf = ({ databasePath }: WorldDevice): unknown =>
  inFile(databasePath, `select value from device_state where name = 'cursor'`);

/** Changes the members of an answer to the request with this path. */
const forged =
  (path: string, change: (value: Record<string, unknown>, request: unknown) => object): Forge =>
  (passed, answer) =>
    passed.path === path
      ? {
          ...answer,
          body: JSON.stringify(
            change(structuredClone(passed.value) as Record<string, unknown>, passed.request),
          ),
        }
      : answer;

const always =
  (change: (answer: Forged) => Partial<Forged>): Forge =>
  (_passed, answer) => ({ ...answer, ...change(answer) });

const DOWNLOAD = '/v1/sync/download';
const UPLOAD = '/v1/sync/upload';

test('[D6] a cursor that no service can read is forgotten, and everything is compared', async () => {
  const { a, victim, hostile } = await twoDevices();
  await logMoods(a, 2);
  await a.run('sync_now');
  hostile.become(forged(DOWNLOAD, (page) => ({ ...page, next: 'made_up' })));
  expect(await victim.run('sync_now')).toMatchObject({ downloaded: 2 });
  hostile.become(honest);
  await logMoods(a, 1);
  await a.run('sync_now');
  expect(await victim.run('sync_now')).toMatchObject({ downloaded: 1, pending: 0 });
  await hostile.close();
});

/** The same cursor again, so that the records come again; there is none where the device compares everything. */
const swapped = (shift: number): Forge =>
  forged(DOWNLOAD, (page, request) => {
    const records = page.records as readonly { readonly sealed: string }[];
    const moved = records.map((record, index) => ({
      ...record,
      sealed: records[(index + shift) % records.length]?.sealed,
    }));
    const { since } = request as { readonly since: string | null };
    return { ...page, records: moved, next: since ?? page.next };
  });

const withEditsOnTheirWay = async () => {
  const { a, victim, hostile } = await twoDevices();
  await logMoods(a, 4);
  await a.run('sync_now');
  await victim.run('sync_now');
  const moods = (await a.run('get_mood_history')) as readonly { readonly id: string }[];
  for (const { id } of moods) await a.run('update_mood_checkin', { id, notes: `edited ${id}` });
  await a.run('sync_now');
  return { a, victim, hostile };
};

test('[E1] [O5] records that are given each other’s envelopes are kept apart, and what was held stays', async () => {
  const { a, victim, hostile } = await withEditsOnTheirWay();
  const held = victim.exportJson();
  for (const shift of [1, 2, 3]) {
    const swap = swapped(shift);
    // Without a version it is of the first, which compares no hashes, so nothing may be replaced.
    hostile.become((passed, answer) =>
      swap(passed, { ...answer, headers: { 'content-type': 'application/json' } }),
    );
    expect(await victim.run('sync_now')).toMatchObject({ downloaded: 0, quarantined: 4 });
    expect(await victim.run('get_sync_status')).toMatchObject({ quarantined: 4 });
    expect(victim.exportJson()).toBe(held);
  }
  hostile.become(honest);
  expect(await victim.run('verify_sync')).toMatchObject({ same: true, quarantined: 0 });
  expect(victim.exportJson()).toBe(a.exportJson());
  await hostile.close();
});

test('[E1] [O5] envelopes that were exchanged on their way are not written over the true ones', async () => {
  const { a, victim, hostile } = await withEditsOnTheirWay();
  const edited = a.exportJson();
  for (const shift of [1, 2, 3]) {
    hostile.become(swapped(shift));
    // The uploads that would put them back are built on what is not stored; they are answered with what is.
    expect(await victim.run('sync_now')).toMatchObject({ uploaded: 0, quarantined: 0, pending: 0 });
    expect(victim.exportJson()).toBe(edited);
  }
  await a.run('sync_now');
  expect(a.exportJson()).toBe(edited);
  await hostile.close();
});

test('[E1] records of another account, and earlier ones of this, change nothing', async () => {
  const { a, victim, hostile } = await twoDevices();
  await logMoods(a, 2);
  await a.run('sync_now');
  await victim.run('sync_now');
  const earlier = hostile.past.filter(({ path }) => path === DOWNLOAD).flatMap(recordsOf);
  const stranger = await world.newDevice();
  await turnSyncOn(stranger, { ...(await world.newAccount()), url: hostile.url });
  await logMoods(stranger, 2);
  await stranger.run('sync_now');
  const [mood] = (await a.run('get_mood_history')) as readonly { readonly id: string }[];
  await a.run('update_mood_checkin', { id: mood?.id, notes: 'later' });
  await a.run('sync_now');
  await victim.run('sync_now');
  const held = victim.exportJson();
  const foreign = hostile.past
    .filter(({ path }) => path === UPLOAD)
    .flatMap(({ request }) => changesOf(request));
  const records = [...earlier, ...foreign].map((record, index) => ({ ...record, seq: index + 1 }));
  hostile.become(forged(DOWNLOAD, (page) => ({ ...page, records, head: 1_000 })));
  await victim.call('sync_now', {});
  expect(victim.exportJson()).toBe(held);
  await hostile.close();
});

interface SealedRecord {
  readonly id: string;
  readonly sealed: string;
}

const recordsOf = ({ value }: { readonly value: unknown }): readonly SealedRecord[] =>
  (value as { readonly records: readonly SealedRecord[] }).records;

const changesOf = (request: unknown): readonly SealedRecord[] =>
  (request as { readonly changes: readonly SealedRecord[] }).changes.map(({ id, sealed }) => ({
    id,
    sealed,
  }));

test('[D5] pages that come again and again are not asked for again', async () => {
  const { a, victim, hostile } = await twoDevices();
  await logMoods(a, 3);
  await a.run('sync_now');
  hostile.become((passed, answer) => {
    const first = hostile.past.find(({ value }) => JSON.stringify(value).includes('"records":[{'));
    const page = (passed.path === DOWNLOAD ? (first ?? passed) : passed).value as object;
    return passed.path === DOWNLOAD
      ? { ...answer, body: JSON.stringify({ ...page, has_more: true }) }
      : answer;
  });
  expect(await victim.refusal('sync_now')).toBe('ServiceMisbehaved');
  expect(hostile.delivered.length).toBeLessThan(5);
  hostile.become(honest);
  await victim.run('sync_now');
  expect(victim.exportJson()).toBe(a.exportJson());
  await hostile.close();
});

interface Page {
  readonly records: readonly { readonly seq: number }[];
  readonly head: number;
}

test.each([
  ['comes in the wrong order', (page: Page) => ({ ...page, records: page.records.toReversed() })],
  ['has a record twice', (page: Page) => ({ ...page, records: [...page.records, ...page.records] })],
  [
    'has one seq twice',
    (page: Page) => ({ ...page, records: page.records.map((one) => ({ ...one, seq: 1 })) }),
  ],
  ['goes beyond its head', (page: Page) => ({ ...page, head: 1 })],
  ['is empty and promises more', (page: Page) => ({ ...page, records: [], has_more: true })],
  [
    'has more records than were asked for',
    (page: Page) => ({
      ...page,
      records: Array.from({ length: 501 }, (_, index) => ({ ...page.records[0], seq: index + 1 })),
      head: 501,
    }),
  ],
])('[F85] a page that %s is not taken in, and not asked for again and again', async (_what, change) => {
  const { a, victim, hostile } = await twoDevices();
  await logMoods(a, 3);
  await a.run('sync_now');
  const [exported, cursor] = [victim.exportJson(), cursorOf(victim)];
  hostile.become(forged(DOWNLOAD, (page) => change(page as unknown as Page)));
  expect(await victim.refusal('sync_now')).toBe('ServiceMisbehaved');
  expect(hostile.delivered.length).toBeLessThan(5);
  expect(victim.exportJson()).toBe(exported);
  expect(cursorOf(victim)).toEqual(cursor);
  hostile.become(honest);
  await victim.run('sync_now');
  expect(victim.exportJson()).toBe(a.exportJson());
  await hostile.close();
});

test.each([
  ['nothing of it', () => ({ applied: [], conflicts: [], rejected: [], head: 9 })],
  [
    'what was not sent',
    () => ({ applied: [{ id: 'f'.repeat(32), seq: 9 }], conflicts: [], rejected: [], head: 9 }),
  ],
])(
  '[O2] an upload of which the answer says %s stays to be sent, and is not sent for ever',
  async (_what, change) => {
    const { a, victim, hostile } = await twoDevices();
    await logMoods(victim, 2);
    hostile.become(forged(UPLOAD, change));
    expect(await victim.refusal('sync_now')).toBe('ServiceMisbehaved');
    expect(hostile.delivered.filter(({ path }) => path === UPLOAD)).toHaveLength(1);
    expect(await victim.run('get_sync_status')).toMatchObject({ pending: 2 });
    hostile.become(honest);
    expect(await victim.run('sync_now')).toMatchObject({ uploaded: 2, pending: 0 });
    await a.run('sync_now');
    expect(a.exportJson()).toBe(victim.exportJson());
    await hostile.close();
  },
);

test('[O2] what an answer leaves out stays to be sent', async () => {
  const { victim, hostile } = await twoDevices();
  await logMoods(victim, 4);
  let uploads = 0;
  hostile.become(
    forged(UPLOAD, (answer) => {
      uploads += 1;
      return uploads > 1 ? {} : { ...answer, applied: (answer.applied as unknown[]).slice(0, 1) };
    }),
  );
  expect(await victim.refusal('sync_now')).toBe('ServiceMisbehaved');
  expect(await victim.run('get_sync_status')).toMatchObject({ pending: 3 });
  hostile.become(honest);
  expect(await victim.run('sync_now')).toMatchObject({ pending: 0 });
  await hostile.close();
});

test('[O3] a page that is cut off anywhere, or ends anywhere as if whole, leaves no trace', async () => {
  const { a, victim, hostile } = await twoDevices();
  await logMoods(a, 1);
  await a.run('sync_now');
  await victim.run('log_mood', { mood_rating: 7, notes: 'mine' });
  const [exported, cursor] = [victim.exportJson(), cursorOf(victim)];
  let length = Infinity;
  for (let at = 0; at < length; at += 17) {
    for (const isCut of [true, false]) {
      hostile.become((passed, answer) => {
        length = answer.body.length;
        return isCut ? { ...answer, cutAt: at } : { ...answer, body: passed.text.slice(0, at) };
      });
      expect(await victim.refusal('sync_now')).toBe('Offline');
    }
  }
  expect(victim.exportJson()).toBe(exported);
  expect(cursorOf(victim)).toEqual(cursor);
  expect(await victim.run('get_sync_status')).toMatchObject({ pending: 1, quarantined: 0 });
  hostile.become(honest);
  expect(await victim.run('sync_now')).toMatchObject({ downloaded: 1, uploaded: 1 });
  await hostile.close();
});

const HTML = { 'content-type': 'text/html' };

test.each([
  ['a page to log in', { headers: HTML, body: '<html>Welcome to the hotel</html>' }, 'NotASyncService'],
  ['a failed proxy', { status: 502, headers: HTML, body: '<html></html>' }, 'NotASyncService'],
  ['an answer of another kind', { body: '{"ok":true}' }, 'ServiceMisbehaved'],
  ['an answer that is too long', { body: `"${'x'.repeat(30_000_000)}"` }, 'ServiceMisbehaved'],
])('[O9] %s is called what it is, and changes nothing', async (_what, instead, type) => {
  const { a, victim, hostile } = await twoDevices();
  await logMoods(a, 1);
  await a.run('sync_now');
  const [exported, cursor] = [victim.exportJson(), cursorOf(victim)];
  hostile.become(always(() => instead));
  expect(await victim.refusal('sync_now')).toBe(type);
  expect(victim.exportJson()).toBe(exported);
  expect(cursorOf(victim)).toEqual(cursor);
  expect(await victim.run('get_sync_status')).toMatchObject({ last_failure: { code: type } });
  await hostile.close();
});

test.each([301, 302, 303, 307, 308])(
  '[D9] a redirect (%i) is no answer, and is not followed',
  async (status) => {
    const asked: unknown[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(request.headers);
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as { readonly port: number };
    const { victim, hostile } = await twoDevices();
    const location = `http://127.0.0.1:${String(port)}/`;
    hostile.become(always(({ headers }) => ({ status, headers: { ...headers, location } })));
    expect(await victim.refusal('sync_now')).toBe('NotASyncService');
    expect(asked).toEqual([]);
    await hostile.close();
    elsewhere.close();
  },
);
