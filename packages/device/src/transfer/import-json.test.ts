/** An export comes back as it was; where there is something already, it merges and undoes nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFile } from '../testing.ts';
import { addNewerGroup, importText, liveALittle, openFileDevice, pendingOf } from './json-import.testing.ts';
import { exported, FIXTURE, openImportDevice } from './original-app.testing.ts';

/** Written by `mhb export json` of the first version. People have such files: it is never written anew. */
const FIRST_EXPORT = join(import.meta.dirname, '../../../../fixtures/export-version-1.json');

const lived = async () => {
  const device = await openFileDevice();
  await liveALittle(device);
  addNewerGroup(device, 'mood_entry');
  return device;
};

test('an empty device that imports an export exports the same bytes', async () => {
  const from = await lived();
  const text = from.exportJson();
  const to = await openFileDevice('2026-01-01T00:00:00Z');
  const report = await importText(to, text);
  expect(to.exportJson()).toBe(text);
  expect(text).toContain('"other_fields":{"aaa":{"name":"1"}}');
  expect(report).toMatchObject({ unchanged: 0, skipped: 0, reasons: [] });
  expect(await pendingOf(to)).toBe(report.changed);
  // What can be asked is there as well, not only what is exported.
  for (const query of ['get_mood_history', 'get_activities', 'get_draft_assessments', 'get_preferences']) {
    expect(await to.run(query)).toEqual(await from.run(query));
  }
});

test('a year of the original app makes the journey too', async () => {
  const from = await openImportDevice();
  await from.importFile(FIXTURE);
  const to = await openFileDevice();
  await importText(to, from.exportJson());
  expect(to.exportJson()).toBe(from.exportJson());
});

test('the first version of the export is read for ever', async () => {
  const text = readFileSync(FIRST_EXPORT, 'utf8');
  const device = await openFileDevice();
  expect(await importText(device, text)).toEqual({
    read: 12,
    changed: 12,
    unchanged: 0,
    skipped: 0,
    reasons: [],
  });
  expect(`${device.exportJson()}\n`).toBe(text);
});

test('[M2] importing twice changes nothing and sends nothing again', async () => {
  const text = (await lived()).exportJson();
  const device = await openFileDevice();
  const first = await importText(device, text);
  inFile(device.databasePath, 'delete from outbox');
  expect(await importText(device, text)).toEqual({ ...first, changed: 0, unchanged: first.changed });
  expect(device.exportJson()).toBe(text);
  expect(await pendingOf(device)).toBe(0);
});

test('[M1] [M3] edits, deletions and restorations made since stay', async () => {
  const device = await lived();
  const text = device.exportJson();
  const { mood_entry: moods = [] } = exported(device);
  const [first, second] = moods.filter(({ deleted_at }) => deleted_at === null);
  const trashed = moods.find(({ deleted_at }) => deleted_at !== null);
  await device.run('update_mood_checkin', { id: first!.id, notes: 'seen with other eyes' });
  await device.run('delete_mood_checkin', { id: second!.id });
  await device.run('restore', { id: trashed!.id });
  const since = device.exportJson();
  expect(since).not.toBe(text);
  expect(await importText(device, text)).toMatchObject({ changed: 0, skipped: 0 });
  expect(device.exportJson()).toBe(since);
});

test('[M1] edits of both sides are kept, group by group', async () => {
  const here = await lived();
  const there = await openFileDevice();
  await importText(there, here.exportJson());
  const { id } = exported(here).mood_entry![0]!;
  there.clock.nowMs += 86_400_000;
  here.clock.nowMs += 90_000_000;
  await there.run('update_mood_checkin', { id, mood_rating: 7 });
  await here.run('update_mood_checkin', { id, notes: 'mine' });
  await importText(here, there.exportJson());
  expect(await here.run('get_mood_checkin', { id })).toMatchObject({ mood_rating: 7, notes: 'mine' });
});

test('[M6] what was erased here does not come back', async () => {
  const device = await lived();
  const text = device.exportJson();
  const { id } = exported(device).mood_entry![0]!;
  inFile(
    device.databasePath,
    `update record set envelope = '{"groups":{"erased":{"stamp":"018f3c2a9b4d-0003-9dca8c435bb0779f"}},"schema":1,"type":"mood_entry","v":1}' where id = '${id}'`,
  );
  inFile(device.databasePath, `delete from mood_entry where id = '${id}'`);
  expect(await importText(device, text)).toMatchObject({ changed: 0 });
  expect(device.exportJson()).not.toContain(id);
  expect(await device.refusal('get_mood_checkin', { id })).toBe('NotFound');
});

test('[M3] a deletion that a later edit undid is known as well after an import as before', async () => {
  const device = await lived();
  const { id } = exported(device).mood_entry!.find(({ deleted_at }) => deleted_at !== null)!;
  // Another device edited it later, without knowing that it was deleted.
  inFile(
    device.databasePath,
    `update record set envelope = json_set(envelope, '$.groups.notes.stamp', '019f3c2a9b4d-0003-9dca8c435bb0779f')
      where id = '${id}'`,
  );
  const text = device.exportJson();
  expect(exported(device).mood_entry!.find((entry) => entry.id === id)!.deleted_at).toBeNull();
  expect(await importText(device, text)).toMatchObject({ changed: 0 });
});

test('[S2] an edit made after an import is later than what came in, whatever the clock says', async () => {
  const from = await openFileDevice('2030-01-01T00:00:00Z');
  await liveALittle(from);
  const device = await openFileDevice('2025-01-01T00:00:00Z');
  await importText(device, from.exportJson());
  const { id } = exported(device).activity_group![0]!;
  await device.run('update_activity_group', { id, name: 'Out there' });
  await importText(device, from.exportJson());
  expect(exported(device).activity_group![0]!.name).toBe('Out there');
});
