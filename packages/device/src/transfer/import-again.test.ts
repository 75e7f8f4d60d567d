/** One file gives the same records whenever and wherever it is imported; what was done here since stays done. */
import { expect, test } from 'vitest';
import {
  copyOfFixture,
  exported,
  FIXTURE,
  openImportDevice,
  originalFile,
  tableOf,
} from './original-app.testing.ts';
import { someRows } from './original-rows.testing.ts';

test('[R1] two devices that import the same file hold the same records, byte for byte', async () => {
  const here = await openImportDevice({ timeZone: 'Europe/Berlin' });
  const there = await openImportDevice({ timeZone: 'Asia/Tokyo' });
  await here.importFile(FIXTURE, 'Europe/Berlin');
  // Neither the name of the file nor the zone the device is in may matter.
  await there.importFile(copyOfFixture(), 'Europe/Berlin');
  expect(there.exportJson()).toBe(here.exportJson());
});

test('[R1] files of two people with the same row ids give different records', async () => {
  const device = await openImportDevice();
  await device.importFile(originalFile(someRows));
  const [, ...rest] = someRows.activity_groups;
  const report = await device.importFile(
    originalFile({
      ...someRows,
      activity_groups: [{ id: 1, name: 'Inside', created_at: '2025-01-01 09:00:01' }, ...rest],
    }),
  );
  expect(report.unchanged).toBe(0);
  expect(
    exported(device)
      .activity_group!.map(({ name }) => name)
      .toSorted(),
  ).toEqual(['Inside', 'Outside']);
});

test('[M2] importing twice changes nothing, sends nothing again, and says so', async () => {
  const device = await openImportDevice();
  const first = await device.importFile(FIXTURE);
  const [held, pending] = [device.exportJson(), await device.pending()];
  const second = await device.importFile(FIXTURE);
  expect(second).toEqual({ ...first, changed: 0, unchanged: first.changed });
  expect(device.exportJson()).toBe(held);
  expect(await device.pending()).toBe(pending);
  expect(pending).toBe(first.changed);
});

test('[M2] importing again in another zone leaves every day as it was', async () => {
  const device = await openImportDevice();
  await device.importFile(FIXTURE, 'Europe/Berlin');
  const held = device.exportJson();
  for (const zone of ['America/Los_Angeles', 'Pacific/Kiritimati']) {
    expect(await device.importFile(FIXTURE, zone)).toMatchObject({ changed: 0, time_zone: zone });
  }
  expect(device.exportJson()).toBe(held);
});

test('[M1] an edit made here since is not undone by importing again', async () => {
  const device = await openImportDevice();
  const file = originalFile(someRows);
  await device.importFile(file);
  const [entry] = exported(device).mood_entry!;
  const [activity] = exported(device).activity!;
  await device.run('update_mood_checkin', { id: entry!.id, mood_rating: 7, notes: 'looking back' });
  await device.run('update_activity', { id: activity!.id, name: 'Long walk' });
  const held = device.exportJson();
  expect(await device.importFile(file)).toMatchObject({ changed: 0 });
  expect(device.exportJson()).toBe(held);
});

test('[M3] what was deleted here since stays deleted, and what was restored stays alive', async () => {
  const device = await openImportDevice();
  const file = originalFile({
    ...someRows,
    activities: [
      ...someRows.activities,
      {
        id: 2,
        group_id: 1,
        name: 'Swim',
        created_at: '2025-01-01 09:02:00',
        deleted_at: '2025-02-01 09:00:00',
      },
    ],
  });
  await device.importFile(file);
  const [entry] = exported(device).mood_entry!;
  const swim = exported(device).activity!.find(({ name }) => name === 'Swim');
  await device.run('delete_mood_checkin', { id: entry!.id });
  await device.run('restore', { id: swim!.id });
  const held = device.exportJson();
  expect(await device.importFile(file)).toMatchObject({ changed: 0 });
  expect(device.exportJson()).toBe(held);
});

test('[O1] what came in waits to be sent', async () => {
  const device = await openImportDevice();
  const report = await device.importFile(originalFile(someRows));
  expect(await device.pending()).toBe(report.changed);
  expect(tableOf(report, 'mood_checkins').imported).toBe(2);
});
