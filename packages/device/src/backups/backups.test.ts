/** A backup every day, a few of them kept, and a restore that brings back and takes nothing away. */
import { LocalDate } from '@mhb/core-domain';
import fc from 'fast-check';
import { copyFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFile, openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';
import { DAILY_MAX, superfluous, WEEKLY_MAX } from './retention.ts';

const openFolder = () => {
  const folder = temporaryFolder();
  const databasePath = join(folder, 'device.db');
  const backupFolder = join(folder, 'backups');
  const open = (now: string): Promise<TestDevice> => openTestDevice({ databasePath, backupFolder, now });
  return { folder, databasePath, backupFolder, open };
};

const ratingsOf = async (device: TestDevice): Promise<readonly number[]> =>
  ((await device.run('get_mood_history')) as readonly { readonly mood_rating: number }[])
    .map(({ mood_rating }) => mood_rating)
    .toSorted();

const logMood = async (device: TestDevice, mood_rating: number): Promise<string> =>
  ((await device.run('log_mood', { mood_rating })) as { readonly id: string }).id;

test('the first start of a day makes a backup, where there is anything to lose', async () => {
  const { backupFolder, open } = openFolder();
  const first = await open('2025-03-10T08:00:00Z');
  expect(await first.run('list_backups')).toEqual([]);
  await logMood(first, 3);
  first.close();
  for (const now of ['2025-03-10T09:00:00Z', '2025-03-10T22:59:59Z', '2025-03-10T23:00:00Z']) {
    (await open(now)).close();
  }
  expect(readdirSync(backupFolder).toSorted()).toEqual(['device-2025-03-10.db', 'device-2025-03-11.db']);
  const modes = readdirSync(backupFolder).map((name) => statSync(join(backupFolder, name)).mode & 0o777);
  expect([statSync(backupFolder).mode & 0o777, ...modes]).toEqual([0o700, 0o600, 0o600]);
});

test('a part that an interruption left is replaced, and is never taken for a backup', async () => {
  const { backupFolder, open } = openFolder();
  const device = await open('2025-03-10T08:00:00Z');
  await logMood(device, 3);
  await device.run('back_up_now');
  const part = join(backupFolder, 'device-2025-03-11.db.part');
  writeFileSync(part, 'half a file');
  expect(await device.run('list_backups')).toMatchObject([{ day: '2025-03-10' }]);
  device.close();
  (await open('2025-03-11T08:00:00Z')).close();
  expect(readdirSync(backupFolder).toSorted()).toEqual(['device-2025-03-10.db', 'device-2025-03-11.db']);
  expect(inFile(join(backupFolder, 'device-2025-03-11.db'), 'pragma integrity_check')).toEqual([
    { integrity_check: 'ok' },
  ]);
});

test('a folder that takes no backup keeps nobody from opening their entries', async () => {
  const { backupFolder, open } = openFolder();
  const device = await open('2025-03-10T08:00:00Z');
  await logMood(device, 3);
  device.close();
  writeFileSync(backupFolder, 'in the way');
  const again = await open('2025-03-11T08:00:00Z');
  expect(await ratingsOf(again)).toEqual([3]);
  expect(await again.refusal('back_up_now')).toBe('BackupNotWritten');
  again.close();
});

test('seven days and four weeks before them are kept, whatever days the app was opened on', () => {
  const start = Date.UTC(2024, 11, 20);
  const dayAt = (offset: number): LocalDate =>
    LocalDate.parse(new Date(start + offset * 86_400_000).toISOString().slice(0, 10));
  const openings = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(openings, (offsets) => {
      let kept: readonly LocalDate[] = [];
      const made: LocalDate[] = [];
      for (const offset of offsets.toSorted((a, b) => a - b)) {
        made.push(dayAt(offset));
        kept = [...kept, dayAt(offset)];
        const gone = superfluous(kept);
        kept = kept.filter((day) => !gone.includes(day));
        expect(kept).toEqual(expect.arrayContaining(made.slice(-DAILY_MAX)));
        expect(kept.length).toBeLessThanOrEqual(DAILY_MAX + WEEKLY_MAX);
      }
    }),
  );
});

test('somebody who opens the app every day can go back more than four weeks', () => {
  const days = Array.from({ length: 100 }, (_, offset) =>
    LocalDate.parse(new Date(Date.UTC(2025, 0, 1 + offset)).toISOString().slice(0, 10)),
  );
  let kept: readonly LocalDate[] = [];
  for (const day of days) {
    kept = [...kept, day];
    const gone = superfluous(kept);
    kept = kept.filter((each) => !gone.includes(each));
  }
  // The last day is Thursday 10 April; before the seven days, the last day of each week that had fallen out of them.
  expect(kept).toEqual(['2025-03-16', '2025-03-23', '2025-03-30', '2025-04-03', ...days.slice(-7)]);
});

test('restoring brings back what was lost, and keeps what was edited, deleted or erased since', async () => {
  const { backupFolder, open } = openFolder();
  const device = await open('2025-03-10T08:00:00Z');
  const edited = await logMood(device, 1);
  const deleted = await logMood(device, 2);
  const erased = await logMood(device, 3);
  const { file } = (await device.run('back_up_now')) as { readonly file: string };
  device.clock.nowMs += 1_000;
  await device.run('update_mood_checkin', { id: edited, mood_rating: 7 });
  await device.run('delete_mood_checkin', { id: deleted });
  await device.run('delete_mood_checkin', { id: erased });
  await device.run('erase', { id: erased });
  await logMood(device, 5);
  const before = device.exportJson();
  expect(await device.run('restore_backup', { file })).toEqual({
    read: 3,
    changed: 0,
    unchanged: 3,
    skipped: 0,
  });
  expect(device.exportJson()).toBe(before);
  device.close();

  // Another device, or this one after its file was lost.
  const fresh = await openTestDevice();
  await logMood(fresh, 6);
  expect(await fresh.run('restore_backup', { file })).toMatchObject({ read: 3, changed: 3 });
  expect(await ratingsOf(fresh)).toEqual([1, 2, 3, 6]);
  expect(await fresh.run('restore_backup', { file })).toMatchObject({ changed: 0, unchanged: 3 });
  expect(readdirSync(backupFolder)).toEqual(['device-2025-03-10.db']);
  fresh.close();
});

test('what is no backup, or a damaged one, is refused with one sentence and changes nothing', async () => {
  const { folder, open } = openFolder();
  const device = await open('2025-03-10T08:00:00Z');
  await device.run('import_original', { file: 'fixtures/original-app.db' });
  const { file } = (await device.run('back_up_now')) as { readonly file: string };
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'not a database, and long enough to be read as one'.repeat(40));
  const damaged = join(folder, 'damaged.db');
  copyFileSync(file, damaged);
  truncateSync(damaged, 40_000);
  const newer = join(folder, 'newer.db');
  copyFileSync(file, newer);
  inFile(newer, `insert into migration (number, name, check_sum) values (99, 'later', 'x')`);
  const before = device.exportJson();
  const refusals = [
    [text, 'NotABackup'],
    ['fixtures/original-app.db', 'NotABackup'],
    [damaged, 'BackupDamaged'],
    [newer, 'NewerDatabase'],
    [join(folder, 'nothing.db'), 'NoSuchFile'],
    [folder, 'NotReadable'],
  ] as const;
  for (const [path, type] of refusals) {
    expect([path, await device.refusal('restore_backup', { file: path })]).toEqual([path, type]);
  }
  expect(device.exportJson()).toBe(before);
  device.close();
});

test('deleting everything deletes the backups too', async () => {
  const { open } = openFolder();
  const device = await open('2025-03-10T08:00:00Z');
  await logMood(device, 3);
  await device.run('back_up_now');
  await device.run('delete_all_data', { confirm: 'delete everything' });
  expect(await device.run('list_backups')).toEqual([]);
  device.close();
});

test('the data file is as large as what is in it', async () => {
  const { open } = openFolder();
  const device = await open('2025-03-10T08:00:00Z');
  const ids = [];
  for (let count = 0; count < 200; count += 1) {
    ids.push(
      ((await device.run('log_mood', { mood_rating: 3, notes: 'x'.repeat(4_000) })) as { id: string }).id,
    );
  }
  for (const id of ids.slice(1)) {
    await device.run('delete_mood_checkin', { id });
    await device.run('erase', { id });
  }
  const sizes = (await device.run('vacuum')) as { bytes_before: number; bytes_after: number };
  expect(sizes.bytes_after).toBeLessThan(sizes.bytes_before / 2);
  expect(await device.run('get_mood_history')).toMatchObject([{ id: ids[0] }]);
  device.close();
});
