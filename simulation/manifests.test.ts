/**
 * A service that leaves something out, goes back, or shows each device something else: the devices notice by what
 * they tell each other under seal, lose nothing, and put back what is missing (rule E10).
 */
import { inFile } from '@mhb/device/testing';
import type { DownloadAnswer } from '@mhb/core-domain/wire';
import { copyFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { accountIdOf, backUp, onService } from './service-tables.ts';
import { type Account, type Carriage, openWorld, settle, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const log = (device: WorldDevice, notes: string) => device.run('log_mood', { mood_rating: 3, notes });

const notesOn = async (device: WorldDevice): Promise<readonly string[]> =>
  ((await device.run('get_mood_history')) as readonly { readonly notes: string }[])
    .map(({ notes }) => notes)
    .toSorted();

const missingOn = async (device: WorldDevice): Promise<boolean> => {
  const status = (await device.run('get_sync_status')) as { readonly entries_missing_since: string | null };
  return status.entries_missing_since !== null;
};

const twoDevices = async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  await log(a, 'first');
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  await settle(a, b);
  return { account, a, b, phrase };
};

interface Page {
  readonly ok: boolean;
  readonly value: DownloadAnswer;
}

/** Leaves records out of every page, and says that this is all. */
const leavingOut =
  (seqs: ReadonlySet<number>) =>
  (request: string, answer: unknown): unknown => {
    if (request !== 'download') return answer;
    const { ok, value } = answer as Page;
    return ok
      ? { ok, value: { ...value, records: value.records.filter(({ seq }) => !seqs.has(seq)) } }
      : answer;
  };

const honest = (_: string, answer: unknown): unknown => answer;

test('[E10] devices that are given everything find nothing missing, whoever writes when', async () => {
  const { account, a, b, phrase } = await twoDevices();
  for (let round = 0; round < 3; round += 1) {
    await log(a, `a ${String(round)}`);
    await log(b, `b ${String(round)}`);
    await Promise.all([a.run('sync_now'), b.run('sync_now')]);
    await settle(a, b);
  }
  const c = await world.joinedDevice(account, phrase);
  await log(c, 'c');
  await settle(c, a, b);
  for (const device of [a, b, c]) expect(await missingOn(device)).toBe(false);
  expect(a.exportJson()).toBe(b.exportJson());
});

test('[E10] [C05] a record that is left out of a device’s pages is noticed with the next manifest, and nothing is deleted', async () => {
  const { a, b } = await twoDevices();
  await log(a, 'kept back');
  await log(a, 'given');
  await a.run('sync_now');
  b.network.tamper = leavingOut(new Set([2]));
  await b.run('sync_now');
  expect(await missingOn(b)).toBe(true);
  expect(await notesOn(b)).toEqual(['first', 'given']);

  b.network.tamper = honest;
  expect(await b.run('verify_sync')).toMatchObject({ same: true, records_here: 3 });
  expect(await missingOn(b)).toBe(false);
  expect(await notesOn(b)).toEqual(['first', 'given', 'kept back']);
});

test('[E10] [C05] what was kept back once is there as soon as the service is honest again', async () => {
  const { a, b } = await twoDevices();
  await log(a, 'kept back');
  await a.run('sync_now');
  let pages = 0;
  b.network.tamper = (request, answer) => {
    if (request === 'download') pages += 1;
    return pages === 1 ? leavingOut(new Set([2]))(request, answer) : answer;
  };
  await b.run('sync_now');
  expect(await notesOn(b)).toEqual(['first', 'kept back']);
  expect(await missingOn(b)).toBe(true);
  await log(a, 'later');
  await settle(a, b);
  expect(await missingOn(b)).toBe(false);
});

test.each(['upload', 'listDevices', 'updateDevice'] as const)(
  '[E10] another device that writes just before the request %s is not taken for something left out',
  async (moment) => {
    const { a, b, account, phrase } = await twoDevices();
    await log(a, 'news for b');
    await a.run('sync_now');
    b.network.carry = async (request): Promise<Carriage> => {
      if (request === moment) {
        b.network.carry = () => 'carry';
        await log(a, 'just now');
        await a.run('sync_now');
      }
      return 'carry';
    };
    await log(b, 'news for a');
    await b.run('sync_now');
    const c = await world.joinedDevice(account, phrase);
    await settle(a, b, c);
    for (const device of [a, b, c]) {
      expect(await missingOn(device)).toBe(false);
      expect(await device.run('verify_sync')).toMatchObject({ same: true, was_different: false });
      expect(await notesOn(device)).toEqual(['first', 'just now', 'news for a', 'news for b']);
    }
  },
);

const keepManifests = (account: Account, on = world) =>
  onService<{ device_id: string; manifest: string }>(
    on,
    `select device_id, encode(manifest, 'hex') as manifest from device where account_id = $1`,
    [accountIdOf(account)],
  );

const putManifests = async (
  account: Account,
  kept: Awaited<ReturnType<typeof keepManifests>>,
  on = world,
) => {
  for (const { device_id, manifest } of kept) {
    await onService(
      on,
      `update device set manifest = decode($3, 'hex') where account_id = $1 and device_id = $2`,
      [accountIdOf(account), device_id, manifest],
    );
  }
};

test('[E10] [C06] an older state that is shown to a new device is noticed by the manifests of the others', async () => {
  const { account, a, b, phrase } = await twoDevices();
  const restore = await backUp(world, account);
  await log(a, 'after the backup');
  await settle(a, b);
  const manifests = await keepManifests(account);
  await restore();
  await putManifests(account, manifests);
  const c = await world.joinedDevice(account, phrase);
  expect(await missingOn(c)).toBe(true);
  expect(await notesOn(c)).toEqual(['first']);

  // Whoever still has it puts it back.
  await settle(a, c);
  expect(await notesOn(c)).toEqual(['after the backup', 'first']);
  await settle(b, a, c);
  expect(await c.run('verify_sync')).toMatchObject({ same: true });
  expect(await missingOn(c)).toBe(false);
});

test('[E10] [C06] a manifest that goes back is noticed, by who saw it and by who reads of it', async () => {
  const { account, a, b, phrase } = await twoDevices();
  const old = (await keepManifests(account)).filter(({ device_id }) => device_id === a.id);
  await log(a, 'one');
  await a.run('sync_now');
  await log(a, 'two');
  await settle(a, b);
  await putManifests(account, old);
  const c = await world.joinedDevice(account, phrase);
  expect(await missingOn(c)).toBe(true);
  await log(b, 'three');
  await b.run('sync_now');
  expect(await missingOn(b)).toBe(true);
  expect(await notesOn(b)).toEqual(['first', 'one', 'three', 'two']);

  await log(a, 'four');
  await settle(a, b, c);
  for (const device of [a, b, c]) {
    expect(await device.run('verify_sync')).toMatchObject({ same: true, records_here: 5 });
    expect(await missingOn(device)).toBe(false);
  }
});

/** Another service that goes on from where the first one is; what it was told since then is its own. */
const forkOf = async (account: Account): Promise<World> => {
  const fork = await openWorld();
  onTestFinished(() => fork.close());
  for (const table of ['account', 'api_key', 'record', 'batch', 'keyring', 'device']) {
    await copyRows(table, account, { from: world, to: fork });
  }
  return fork;
};

const copyRows = async (table: string, account: Account, { from, to }: { from: World; to: World }) => {
  const rows = await onService<{ row: object }>(
    from,
    `select to_jsonb(${table}) as row from ${table} where account_id = $1`,
    [accountIdOf(account)],
  );
  for (const { row } of rows) {
    await onService(
      to,
      `insert into ${table} select * from jsonb_populate_record(null::public.${table}, $1::jsonb) on conflict do nothing`,
      [JSON.stringify(row)],
    );
  }
};

/** From now on a device talks to this service, as if it were the same. */
const lead = (device: WorldDevice, { url }: World) => {
  inFile(
    device.databasePath,
    `update device_state set value = json_set(value, '$.url', '${url}') where name = 'sync'`,
  );
};

test('[E10] [C07] two devices that are shown different histories find out with one exchange of manifests', async () => {
  const { account, a, b, phrase } = await twoDevices();
  const fork = await forkOf(account);
  lead(b, fork);
  await log(a, 'only in the history of a');
  await a.run('sync_now');
  await log(b, 'only in the history of b');
  await log(b, 'and this');
  await b.run('sync_now');
  for (const device of [a, b]) expect(await missingOn(device)).toBe(false);

  // All that the two histories share from here on is what the devices tell each other.
  const [ofB] = (await keepManifests(account, fork)).filter(({ device_id }) => device_id === b.id);
  await putManifests(account, ofB === undefined ? [] : [ofB]);
  await log(a, 'a writes once more');
  await a.run('sync_now');
  expect(await missingOn(a)).toBe(true);
  expect(await notesOn(a)).toEqual(['a writes once more', 'first', 'only in the history of a']);

  // The one history again: nothing of either is lost.
  lead(b, world);
  await settle(b, a);
  const c = await world.joinedDevice(account, phrase);
  for (const device of [a, b, c]) {
    expect(await notesOn(device)).toHaveLength(5);
    expect(await device.run('verify_sync')).toMatchObject({ same: true, records_here: 5 });
    expect(await missingOn(device)).toBe(false);
  }
});

test('[E10] [C07] of two histories the device that is shown less finds out', async () => {
  const { account, a, b } = await twoDevices();
  const fork = await forkOf(account);
  lead(b, fork);
  for (const notes of ['one', 'two', 'three']) {
    await log(a, notes);
    await a.run('sync_now');
  }
  await putManifests(account, await keepManifests(account), fork);
  await log(b, 'b sees nothing of it');
  await b.run('sync_now');
  await log(b, 'still nothing');
  // The first look came after the upload, when somebody may just have written; the second one is certain.
  await b.run('sync_now');
  expect(await missingOn(b)).toBe(true);
});

test('[E10] [F22] a device that was restored from its own copy takes in what it has lost, and goes on counting', async () => {
  const { a, b } = await twoDevices();
  await log(a, 'before the copy');
  await settle(a, b);
  const copy = `${a.databasePath}.copy`;
  inFile(a.databasePath, `vacuum into '${copy}'`);
  await log(a, 'after the copy');
  await a.run('sync_now');
  await log(a, 'after the copy too');
  await settle(a, b);
  const restored = await a.restart(() => {
    for (const ending of ['-wal', '-shm']) rmSync(a.databasePath + ending, { force: true });
    copyFileSync(copy, a.databasePath);
  });
  await log(restored, 'after the restore');
  const requests: string[] = [];
  restored.network.carry = (request) => {
    requests.push(request);
    return 'carry';
  };
  expect(await restored.run('sync_now')).toMatchObject({ pending: 0 });
  // It met a greater number of its own, and took in everything again.
  expect(requests.filter((request) => request === 'download')).toHaveLength(2);
  expect(await notesOn(restored)).toHaveLength(5);
  expect(await missingOn(restored)).toBe(false);
  await settle(b, restored);
  expect(await missingOn(b)).toBe(false);
  expect(await b.run('verify_sync')).toMatchObject({ same: true, records_here: 5 });
});

test('[E10] manifests that do not open, of other keys or a newer version, are ignored', async () => {
  const { account, a, b } = await twoDevices();
  for (const manifest of ['01', '09'.repeat(600), `0101${'ab'.repeat(600)}`]) {
    await onService(world, `update device set manifest = decode($2, 'hex') where account_id = $1`, [
      accountIdOf(account),
      manifest,
    ]);
    await log(a, manifest.slice(0, 4));
    await settle(a, b);
    for (const device of [a, b]) {
      expect(await missingOn(device)).toBe(false);
      expect(await device.run('get_sync_status')).toMatchObject({ last_failure: null });
    }
  }
});

test('[E10] a manifest of one device does not open as that of another', async () => {
  const { account, a, b } = await twoDevices();
  const old = await keepManifests(account);
  const swapped = old.map(({ device_id }, index) => ({
    device_id,
    manifest: old[old.length - 1 - index]?.manifest ?? '',
  }));
  await log(a, 'more');
  await settle(a, b);
  await putManifests(account, swapped);
  await log(b, 'even more');
  await b.run('sync_now');
  expect(await missingOn(b)).toBe(false);
});

test('[E10] a sync goes on where manifests can not be read or stored, and they are due with the next', async () => {
  const { account, a, b, phrase } = await twoDevices();
  for (const lost of ['listDevices', 'updateDevice'] as const) {
    a.network.carry = (request) => (request === lost ? 'lose the request' : 'carry');
    await log(a, lost);
    expect(await a.run('sync_now')).toMatchObject({ uploaded: 1, pending: 0 });
    a.network.carry = () => 'carry';
    await a.run('sync_now');
    const c = await world.joinedDevice(account, phrase);
    expect(await c.run('verify_sync')).toMatchObject({ same: true });
  }
  await b.run('sync_now');
  expect(await missingOn(b)).toBe(false);
});
