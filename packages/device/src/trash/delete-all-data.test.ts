/** Deleting everything needs the typed words, and leaves nothing behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFile, openTestDevice, temporaryFolder } from '../testing.ts';

const openWithEntries = async () => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const device = await openTestDevice({ databasePath });
  await device.run('import_original', { file: 'fixtures/original-app.db' });
  await device.run('log_mood', { mood_rating: 3, notes: 'Hippopotamus' });
  await device.run('set_preference', { key: 'day_start', value: '03:00' });
  return { device, databasePath };
};

const NOTHING = JSON.parse((await openTestDevice()).exportJson()) as unknown;

test.each(['', 'yes', 'delete', 'delete everything!'])(
  'without the words nothing happens: "%s"',
  async (confirm) => {
    const { device } = await openWithEntries();
    const before = device.exportJson();
    const answer = await device.call('delete_all_data', { confirm });
    expect(answer).toMatchObject({
      error: { type: 'ConfirmationNeeded', message: expect.stringContaining('delete everything') as string },
    });
    expect(device.exportJson()).toBe(before);
    device.close();
  },
);

test('with sync off this device is as if it were new, and nothing can be read in its file', async () => {
  const { device, databasePath } = await openWithEntries();
  const stamp = inFile(databasePath, `select value from device_state where name = 'last_stamp'`);
  const heard: string[] = [];
  device.onChange(['mood_entry'], () => heard.push('mood_entry'));
  expect(await device.run('delete_all_data', { confirm: ' Delete everything ' })).toEqual({
    deleted: 1_337,
    deleted_on_the_service: null,
  });
  expect(JSON.parse(device.exportJson())).toEqual(NOTHING);
  expect(heard).toEqual(['mood_entry']);
  expect(await device.run('get_preferences')).toMatchObject({ day_start: '00:00' });
  expect(inFile(databasePath, 'select count(*) as count from outbox')).toEqual([{ count: 0 }]);
  expect(inFile(databasePath, `select value from device_state where name = 'last_stamp'`)).toEqual(stamp);
  for (const suffix of ['', '-wal']) {
    expect(readFileSync(databasePath + suffix).includes('Hippopotamus')).toBe(false);
  }
  // The device goes on as ever, and the same history can be brought in again.
  expect(await device.run('import_original', { file: 'fixtures/original-app.db' })).toMatchObject({
    changed: 1_335,
  });
  device.close();
});
