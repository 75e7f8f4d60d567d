/** What get_sync_status tells while a first sync is under way, and what files that are brought in leave in the ledger. */
import { inFile, temporaryFolder } from '@mhb/device/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('[O9] [O11] the status tells how far a first sync has come, also after it broke off', async () => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  for (let entry = 0; entry < 620; entry += 1) await a.run('log_mood', { mood_rating: 4 });
  await a.run('sync_now');
  const b = await world.newDevice();
  expect(await b.run('get_sync_status')).toMatchObject({ first_download: null });
  let pages = 0;
  b.network.carry = (request) => {
    if (request === 'download') pages += 1;
    return pages === 2 ? 'lose the request' : 'carry';
  };
  await b.run('enable_sync', { ...account, recovery_phrase: phrase });
  const half = { first_download: { done: 500, total: 620 } };
  expect(await b.run('get_sync_status')).toMatchObject(half);
  const again = await b.restart();
  expect(await again.run('get_sync_status')).toMatchObject(half);
  again.network.carry = () => 'carry';
  await again.run('sync_now');
  expect(await again.run('get_sync_status')).toMatchObject({
    first_download: null,
    quarantined: 0,
    held_deletions: 0,
    merge_ledger: 0,
  });
  again.close();
});

test('[M4] a file that replaces what is here leaves that in the ledger, and one that does not leaves nothing', async () => {
  const a = await world.newDevice();
  const { id } = (await a.run('log_mood', { mood_rating: 4, notes: 'first' })) as { readonly id: string };
  const older = join(temporaryFolder(), 'older.json');
  writeFileSync(older, a.exportJson());
  a.clock.nowMs += 60_000;
  await a.run('update_mood_checkin', { id, notes: 'second' });
  await a.run('import_json', { file: older });
  expect(await a.run('list_merge_ledger')).toMatchObject({ items: [] });

  // The same file with an edit of later than ours, as another device would export it.
  const newer = join(temporaryFolder(), 'newer.db');
  inFile(a.databasePath, `vacuum into '${newer}'`);
  inFile(newer, `update record set envelope = replace(envelope, '"second"', '"third"') where id = '${id}'`);
  const [row] = inFile(newer, `select envelope from record where id = '${id}'`);
  const envelope = JSON.parse(String(row?.envelope)) as { groups: { notes: { stamp: string } } };
  envelope.groups.notes.stamp = `f${envelope.groups.notes.stamp.slice(1)}`;
  inFile(newer, `update record set envelope = '${JSON.stringify(envelope)}' where id = '${id}'`);
  for (let time = 0; time < 2; time += 1) {
    await a.run('restore_backup', { file: newer });
    expect(await a.run('get_mood_history')).toMatchObject([{ notes: 'third' }]);
    expect(await a.run('list_merge_ledger')).toMatchObject({
      items: [{ lost: { fields: { notes: 'second' } } }],
    });
  }
  await a.run('delete_all_data', { confirm: 'delete everything' });
  expect(await a.run('list_merge_ledger')).toEqual({ items: [], not_restored: 0 });
});
