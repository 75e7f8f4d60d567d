/** What a merge lets go of can be brought back, on the device that merged, and ordinary edits leave no trace there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, settle, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Side {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly device_id: string;
  readonly on_this_device: boolean;
}
interface Ledger {
  readonly items: readonly {
    readonly id: string;
    readonly record_id: string;
    readonly lost: Side;
    readonly won: Side;
    readonly restored_at: string | null;
  }[];
  readonly not_restored: number;
}

const ledgerOf = async (device: WorldDevice, input: object = {}): Promise<Ledger> =>
  (await device.run('list_merge_ledger', input)) as Ledger;
const lostOn = async (device: WorldDevice): Promise<readonly unknown[]> =>
  (await ledgerOf(device)).items.map(({ lost }) => lost.fields);
const notesOn = async (device: WorldDevice): Promise<readonly unknown[]> =>
  ((await device.run('get_mood_history')) as readonly { readonly notes: string }[]).map(({ notes }) => notes);

/** Two devices that both have one mood entry. */
const withOneMood = async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  const { id } = (await a.run('log_mood', { mood_rating: 4, notes: 'as it began' })) as {
    readonly id: string;
  };
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  const note = (device: WorldDevice, notes: string) => {
    device.clock.nowMs += 1_000;
    return device.run('update_mood_checkin', { id, notes });
  };
  return { account, phrase, a, b, id, note };
};

test('[M4] a note written here that loses against one from elsewhere is in the ledger, and comes back as an edit', async () => {
  const { a, b, id, note } = await withOneMood();
  await note(b, 'written on b');
  a.clock.nowMs += 60_000;
  await note(a, 'written on a');
  await a.run('sync_now');
  await b.run('sync_now');

  expect(await notesOn(b)).toEqual(['written on a']);
  const { items } = await ledgerOf(b);
  const { device_id } = (await a.run('get_sync_status')) as { readonly device_id: string };
  expect(items).toMatchObject([
    {
      record_id: id,
      lost: { fields: { notes: 'written on b' }, on_this_device: true },
      won: { fields: { notes: 'written on a' }, device_id, on_this_device: false },
      restored_at: null,
    },
  ]);
  expect(await lostOn(a)).toEqual([]);
  expect(await b.run('get_sync_status')).toMatchObject({ merge_ledger: 1, pending: 0 });

  const lostId = items[0]?.id;
  expect(await b.run('restore_merged', { id: lostId })).toEqual({ record_id: id, restored: true });
  expect(await b.run('restore_merged', { id: lostId })).toEqual({ record_id: id, restored: false });
  await settle(b, a);
  expect(await notesOn(a)).toEqual(['written on b']);
  expect(await ledgerOf(b)).toMatchObject({ not_restored: 0 });
  expect(await lostOn(a)).toEqual([]);
});

test('[M4] one from elsewhere that loses against what was written here is in the ledger too', async () => {
  const { a, b, note } = await withOneMood();
  await note(a, 'written on a');
  b.clock.nowMs += 60_000;
  await note(b, 'written on b');
  await a.run('sync_now');
  await b.run('sync_now');
  expect(await notesOn(b)).toEqual(['written on b']);
  expect(await lostOn(b)).toEqual([{ notes: 'written on a' }]);
  await a.run('sync_now');
  expect(await notesOn(a)).toEqual(['written on b']);
  expect(await lostOn(a)).toEqual([]);
});

test('[M4] edits one after the other, also while an upload is on its way, and of other fields, leave nothing', async () => {
  const { a, b, id, note } = await withOneMood();
  for (let round = 0; round < 3; round += 1) {
    await note(a, `a ${String(round)}`);
    await note(a, `a ${String(round)} again`);
    await a.run('sync_now');
    await b.run('sync_now');
    await note(b, `b ${String(round)}`);
    await b.run('sync_now');
    await a.run('sync_now');
  }
  let isEdited = false;
  a.network.carry = async (request) => {
    if (request === 'upload' && !isEdited) {
      isEdited = true;
      await note(a, 'written while it was sent');
    }
    return 'carry' as const;
  };
  await note(a, 'on its way');
  await settle(a, b);
  await b.run('update_mood_checkin', { id, mood_rating: 2 });
  await note(a, 'beside a rating');
  await settle(a, b);
  expect(await notesOn(b)).toEqual(['beside a rating']);
  expect([...(await lostOn(a)), ...(await lostOn(b))]).toEqual([]);
});

test('[M4] what was written while an upload was on its way, and loses before it is sent, is in the ledger', async () => {
  const { a, b, note } = await withOneMood();
  let uploads = 0;
  a.network.carry = async (request) => {
    if (request !== 'upload') return 'carry' as const;
    uploads += 1;
    if (uploads === 1) await note(a, 'written meanwhile');
    return uploads === 1 ? ('carry' as const) : ('lose the request' as const);
  };
  await note(a, 'sent');
  await a.call('sync_now', {});
  a.network.carry = () => 'carry';
  b.clock.nowMs += 60_000;
  await b.run('sync_now');
  await note(b, 'written on what was sent');
  await settle(b, a);
  expect(await notesOn(a)).toEqual(['written on what was sent']);
  expect(await lostOn(a)).toEqual([{ notes: 'written meanwhile' }]);
  expect(await lostOn(b)).toEqual([]);
});

test('[M4] a conflict in which both wrote the same, or one deleted, loses nothing', async () => {
  const { a, b, id, note } = await withOneMood();
  await note(a, 'the same');
  await note(b, 'the same');
  await settle(a, b);
  await a.run('delete_mood_checkin', { id });
  await note(b, 'written beside a deletion');
  await settle(a, b);
  expect([...(await lostOn(a)), ...(await lostOn(b))]).toEqual([]);
});

test('[M4] [M6] erasing takes along what the ledger kept of a record, and deleting everything empties it', async () => {
  const { a, b, id, note } = await withOneMood();
  const loseOne = async () => {
    await note(b, 'secret');
    a.clock.nowMs += 60_000;
    b.clock.nowMs += 60_000;
    await note(a, 'stronger');
    await a.run('sync_now');
    await b.run('sync_now');
  };
  await loseOne();
  const lostId = (await ledgerOf(b)).items[0]?.id;
  expect(lostId).toBeDefined();
  a.clock.nowMs += 60_000;
  await a.run('delete_mood_checkin', { id });
  await a.run('erase', { id });
  await settle(a, b);
  expect(await lostOn(b)).toEqual([]);
  expect(await b.refusal('restore_merged', { id: lostId })).toBe('RecordErased');
  expect(await b.refusal('restore_merged', { id: 'nothing' })).toBe('LostValueNotFound');
});

test('[M4] the ledger is read page by page, the last one first', async () => {
  const { a, b, note } = await withOneMood();
  for (let round = 0; round < 3; round += 1) {
    await note(b, `lost ${String(round)}`);
    a.clock.nowMs += 60_000;
    b.clock.nowMs += 60_000;
    await note(a, `won ${String(round)}`);
    await a.run('sync_now');
    await b.run('sync_now');
  }
  const first = await ledgerOf(b, { limit: 2 });
  const second = await ledgerOf(b, { limit: 2, before: first.items[1]?.id });
  expect([...first.items, ...second.items].map(({ lost }) => lost.fields.notes)).toEqual([
    'lost 2',
    'lost 1',
    'lost 0',
  ]);
});

test('[M4] [D6] where the service went back to an older state and another device wrote on that, both values are kept', async () => {
  const { account, a, b, note } = await withOneMood();
  await note(a, 'the service forgets this');
  await a.run('sync_now');
  const id = account.api_key.slice(4, 36);
  // The service begins again with nothing; b brings the record as it knows it.
  const empty = [
    'delete from record where account_id = $1',
    'delete from batch where account_id = $1',
    `update account set head = 0, chain = decode(repeat('00', 32), 'hex'), epoch = gen_random_uuid()
     where account_id = $1`,
  ];
  for (const text of empty) {
    await world.service.database.transaction('read committed', (tx) => tx.query(text, [id]));
  }
  b.clock.nowMs += 60_000;
  await note(b, 'written on the older state');
  await settle(b, a);
  await settle(b, a);
  const lost = [...(await lostOn(a)), ...(await lostOn(b))];
  expect(await notesOn(a)).toEqual(['written on the older state']);
  expect(lost).toContainEqual({ notes: 'the service forgets this' });
});
