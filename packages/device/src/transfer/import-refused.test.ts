/** What is no database of the original app is refused with one clear sentence, and changes nothing on the device. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { inFile, temporaryFolder } from '../testing.ts';
import {
  copyOfFixture,
  FIXTURE,
  type ImportDevice,
  openImportDevice,
  openOriginal,
  originalFile,
} from './original-app.testing.ts';
import { someRows } from './original-rows.testing.ts';

const sentences: Readonly<Record<string, string>> = {
  NoSuchFile: 'There is no such file.',
  NotReadable: 'This file cannot be read: it is a folder, or the system does not allow it.',
  NotADatabase: 'This file is not a database of the original app.',
  FileDamaged: 'This file is damaged so badly that nothing could be read from it.',
  StillChanging: 'The original app is writing to this file; close it and try again.',
};

const holding = (bytes: string | Uint8Array): string => {
  const path = join(temporaryFolder(), 'file.db');
  writeFileSync(path, bytes);
  return path;
};

const made = (make: (path: string) => void): string => {
  const path = join(temporaryFolder(), 'made');
  make(path);
  return path;
};

const encrypted = (): string => {
  const path = originalFile(someRows);
  const driver = openOriginal(path);
  driver.pragma(`rekey = 'secret'`);
  driver.close();
  return path;
};

/** A device with an entry in it, to see that it is still alone afterwards. */
const openWithEntry = async (): Promise<ImportDevice> => {
  const device = await openImportDevice();
  await device.run('log_mood', { mood_rating: 4 });
  return device;
};

test.each([
  ['a missing file', 'NoSuchFile', () => join(temporaryFolder(), 'missing.db')],
  ['a file in a folder that is a file', 'NoSuchFile', () => join(FIXTURE, 'missing.db')],
  [
    'a link that leads nowhere',
    'NoSuchFile',
    () =>
      made((path) => {
        symlinkSync('/nowhere/at/all', path);
      }),
  ],
  [
    'a link that leads to itself',
    'NotReadable',
    () =>
      made((path) => {
        symlinkSync(path, path);
      }),
  ],
  ['a folder', 'NotReadable', () => made(mkdirSync)],
  [
    'a pipe',
    'NotReadable',
    () =>
      made((path) => {
        execFileSync('mkfifo', [path]);
      }),
  ],
  ['a device', 'NotReadable', () => '/dev/zero'],
  ['a name that is too long', 'NotReadable', () => `/${'x'.repeat(4_000)}`],
  ['a name with a zero in it', 'NotReadable', () => 'mood\0.db'],
  ['an empty file', 'NotADatabase', () => holding('')],
  ['a text', 'NotADatabase', () => holding('Dear diary,\n'.repeat(1_000))],
  ['a picture', 'NotADatabase', () => holding(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))],
  ['the name of the format alone', 'NotADatabase', () => holding('SQLite format 3\0')],
  ['an empty database', 'NotADatabase', () => made((path) => inFile(path, 'vacuum'))],
  [
    'a database that shares some names',
    'NotADatabase',
    () =>
      originalFile(someRows, {
        then: `
          drop table mood_checkin_activities; drop table mood_checkins; drop table assessment_responses;
          drop table assessment_schedules; drop table activity_goals; drop table activity_logs`,
      }),
  ],
  [
    'another program’s database',
    'NotADatabase',
    () => made((path) => inFile(path, 'create table mood_checkins (id)')),
  ],
  ['an encrypted database', 'NotADatabase', encrypted],
  [
    'the first half page of a database',
    'FileDamaged',
    () => holding(readFileSync(FIXTURE).subarray(0, 2_048)),
  ],
])('%s is refused as %s', async (_, type, prepare) => {
  const device = await openWithEntry();
  const [held, pending] = [device.exportJson(), await device.pending()];
  expect(await device.refuseFile(prepare())).toEqual({ type, message: sentences[type] });
  expect([device.exportJson(), await device.pending()]).toEqual([held, pending]);
});

test('our own database is not one of the original app', async () => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const device = await openImportDevice({ databasePath });
  await device.run('log_mood', { mood_rating: 4 });
  expect(await device.refuseFile(databasePath)).toMatchObject({ type: 'NotADatabase' });
  expect(await device.run('get_mood_history')).toHaveLength(1);
  device.close();
});

test('a file that its owner has locked away is refused', async () => {
  const file = copyOfFixture();
  chmodSync(file, 0);
  const device = await openWithEntry();
  chmodSync(device.copies, 0o777);
  asNobody();
  expect(await device.refuseFile(file)).toEqual({ type: 'NotReadable', message: sentences.NotReadable });
});

/** The superuser may read everything, so the test steps down for as long as it runs. */
const asNobody = (): void => {
  if (process.geteuid?.() !== 0) return;
  process.seteuid?.(65_534);
  onTestFinished(() => {
    process.seteuid?.(0);
  });
};

test.each([1, 2, 3, 4, 5])(
  'a file of version %i is refused, and the sentence says what to do',
  async (version) => {
    const device = await openWithEntry();
    const file = originalFile(someRows, {
      then: `delete from schema_migrations where version > ${String(version)}`,
    });
    expect(await device.refuseFile(file)).toEqual({
      type: 'OlderVersion',
      version,
      message: `This file has version ${String(version)}. An earlier version of the original app wrote this file; opening it once with the last version upgrades it.`,
    });
    expect(await device.run('get_mood_history')).toHaveLength(1);
  },
);

test('a file that keeps changing while it is copied is not read', async () => {
  const file = copyOfFixture();
  // Copying so much takes long enough for every try to see the other program write.
  truncateSync(file, 128 * 1024 * 1024);
  const writer = new Worker(
    `const { utimesSync } = require('node:fs');
     const { parentPort, workerData } = require('node:worker_threads');
     for (let at = 1; ; at += 1) {
       utimesSync(workerData, at, at);
       if (at === 1) parentPort.postMessage('writing');
     }`,
    { eval: true, workerData: file },
  );
  onTestFinished(async () => {
    await writer.terminate();
  });
  await new Promise((resolve) => writer.once('message', resolve));
  const device = await openWithEntry();
  expect(await device.refuseFile(file)).toEqual({ type: 'StillChanging', message: sentences.StillChanging });
  expect(await device.run('get_mood_history')).toHaveLength(1);
});
