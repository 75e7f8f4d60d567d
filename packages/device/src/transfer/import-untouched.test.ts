/** The person's file is only read, in whatever state the original app left it, and no copy of it stays behind. */
import { chmodSync, readdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing.ts';
import {
  copyOfFixture,
  exported,
  FIXTURE,
  type ImportDevice,
  imported,
  openImportDevice,
  openOriginal,
  originalFile,
  stateOfFolder,
  tableOf,
} from './original-app.testing.ts';
import { someRows } from './original-rows.testing.ts';

/** The original app as it stands open: the newest check-in is in the write-ahead log only. */
const openInWalMode = (path: string): void => {
  const app = openOriginal(path);
  app.pragma('journal_mode = wal');
  app.pragma('wal_autocheckpoint = 0');
  app.exec(`insert into mood_checkins (mood_rating, created_at) values (1, '2025-02-01 09:00:00')`);
  onTestFinished(() => {
    app.close();
  });
};

const ratings = (device: ImportDevice): readonly unknown[] =>
  exported(device)
    .mood_entry!.toSorted((a, b) => (String(a.recorded_at) < String(b.recorded_at) ? -1 : 1))
    .map(({ mood_rating }) => mood_rating);

test('rows that stand in the write-ahead log only are seen, and the log stays as it is', async () => {
  const file = originalFile(someRows);
  openInWalMode(file);
  expect(readdirSync(dirname(file)).toSorted()).toEqual([
    'mental_health_tracker.db',
    'mental_health_tracker.db-shm',
    'mental_health_tracker.db-wal',
  ]);
  const before = stateOfFolder(dirname(file));
  const device = await openImportDevice();
  await device.importFile(file);
  expect(ratings(device)).toEqual([5, 2, 1]);
  expect(stateOfFolder(dirname(file))).toEqual(before);
});

test('a link to the file leads to its write-ahead log too', async () => {
  const file = originalFile(someRows);
  openInWalMode(file);
  const link = join(temporaryFolder(), 'link.db');
  symlinkSync(file, link);
  const device = await openImportDevice();
  await device.importFile(link);
  expect(ratings(device)).toEqual([5, 2, 1]);
  expect(readdirSync(dirname(link))).toEqual(['link.db']);
});

test('a write-ahead log that was cut off gives what was committed before the cut', async () => {
  const file = originalFile(someRows);
  openInWalMode(file);
  truncateSync(`${file}-wal`, 40);
  const device = await openImportDevice();
  await device.importFile(file);
  expect(ratings(device)).toEqual([5, 2]);
});

test('a file and a folder that nobody may write to are read', async () => {
  const file = copyOfFixture();
  chmodSync(file, 0o400);
  chmodSync(dirname(file), 0o500);
  onTestFinished(() => {
    chmodSync(dirname(file), 0o700);
  });
  const before = stateOfFolder(dirname(file));
  const { report } = await imported(file);
  expect(report.changed).toBe(1_335);
  expect(stateOfFolder(dirname(file))).toEqual(before);
});

test.each(['delete', 'wal'])(
  'what the original app has not committed yet is not taken for an entry (journal mode %s)',
  async (mode) => {
    const file = originalFile(someRows);
    const app = openOriginal(file);
    app.pragma(`journal_mode = ${mode}`);
    // A cache of one page makes SQLite write into the file in the middle of the transaction.
    app.pragma('cache_size = 1');
    app.exec('begin exclusive');
    app.exec(`update mood_checkins set mood_rating = 7`);
    const insert = app.prepare(`insert into mood_checkins (mood_rating, notes) values (7, ?)`);
    for (let row = 0; row < 50; row += 1) insert.run('x'.repeat(3_000));
    const before = stateOfFolder(dirname(file));
    const device = await openImportDevice();
    await device.importFile(file);
    expect(ratings(device)).toEqual([5, 2]);
    expect(stateOfFolder(dirname(file))).toEqual(before);
    app.exec('rollback');
    app.close();
  },
);

test('the private copy is removed after an import and after a refusal', async () => {
  const device = await openImportDevice();
  await device.importFile(FIXTURE);
  expect(readdirSync(device.copies)).toEqual([]);
  await device.refuseFile(import.meta.filename);
  expect(readdirSync(device.copies)).toEqual([]);
});

test('without a place for the private copy nothing is read, and the sentence says so', async () => {
  const device = await openImportDevice();
  rmSync(device.copies, { recursive: true });
  expect(await device.refuseFile(FIXTURE)).toMatchObject({
    type: 'NotCopied',
    message: 'There is no room for, or no right to make, the private copy that is read.',
  });
  expect(exported(device).mood_entry).toEqual([]);
});

test('the report of a file in the write-ahead log counts its rows too', async () => {
  const file = copyOfFixture();
  openInWalMode(file);
  const { report } = await imported(file);
  expect(tableOf(report, 'mood_checkins')).toMatchObject({ read: 701, imported: 701 });
});
