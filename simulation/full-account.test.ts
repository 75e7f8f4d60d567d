/** An account that is full: what finds no room waits here and is said to wait; deleting always goes through. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, openWorld, settle, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const allow = (account: Account, records: number | null): Promise<unknown> =>
  world.service.database.transaction('read committed', (tx) =>
    tx.query('update account set records_max = $2 where account_id = $1', [
      account.api_key.slice(4, 36),
      records,
    ]),
  );

test('[D8] [F51] a full account takes edits and deletions; new entries wait, are counted, and go once there is room', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  for (const notes of ['one', 'two', 'three']) await a.run('log_mood', { mood_rating: 3, notes });
  await a.run('sync_now');
  const b = await world.joinedDevice(account, phrase);
  await allow(account, 3);

  const [first, second] = (await a.run('get_mood_history')) as readonly { readonly id: string }[];
  await a.run('log_mood', { mood_rating: 5, notes: 'finds no room' });
  await a.run('update_mood_checkin', { id: first?.id, notes: 'edited' });
  await a.run('delete_mood_checkin', { id: second?.id });
  const refused = await a.call('sync_now', {});
  expect(refused).toMatchObject({ error: { type: 'Refused', code: 'quota_exceeded' } });
  expect(JSON.stringify(refused)).toContain('The account is full on this service.');
  expect(await a.run('get_sync_status')).toMatchObject({
    pending: 1,
    last_failure: { code: 'quota_exceeded' },
  });

  await b.run('sync_now');
  const there = (await b.run('get_mood_history')) as readonly { readonly notes: string }[];
  expect(there).toHaveLength(2);
  expect(there.map(({ notes }) => notes)).toContain('edited');

  await allow(account, null);
  expect(await a.run('sync_now')).toMatchObject({ uploaded: 1, pending: 0 });
  await settle(a, b);
  expect(b.exportJson()).toBe(a.exportJson());
  expect(await a.run('verify_sync')).toMatchObject({ same: true, records_here: 4 });
});

test('[D8] [F51] a deletion goes through though an edit beside it finds no room', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  for (const notes of ['one', 'two']) await a.run('log_mood', { mood_rating: 3, notes });
  await a.run('sync_now');
  await world.service.database.transaction('read committed', (tx) =>
    tx.query('update account set bytes_max = bytes where account_id = $1', [account.api_key.slice(4, 36)]),
  );
  const [first, second] = (await a.run('get_mood_history')) as readonly { readonly id: string }[];
  await a.run('update_mood_checkin', { id: first?.id, notes: 'long '.repeat(500) });
  await a.run('delete_mood_checkin', { id: second?.id });
  expect(await a.call('sync_now', {})).toMatchObject({ error: { code: 'quota_exceeded' } });
  expect(await a.run('get_sync_status')).toMatchObject({ pending: 1 });
  const b = await world.joinedDevice(account, phrase);
  expect(await b.run('get_mood_history')).toHaveLength(1);
});
