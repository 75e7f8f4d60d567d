/** An import can be broken off at any moment: what came in is whole, and importing again brings the rest. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Progress } from '../deps.ts';
import { inFile, temporaryFolder } from '../testing.ts';
import { exported, FIXTURE, openImportDevice, originalFile } from './original-app.testing.ts';

const RECORDS = 1_335;

const whole = await openImportDevice();
await whole.importFile(FIXTURE);
const everything = whole.exportJson();

test('progress only moves on, and ends with all of it', async () => {
  const seen: Progress[] = [];
  const device = await openImportDevice({ onProgress: (progress) => seen.push(progress) });
  await device.importFile(FIXTURE);
  expect(seen.length).toBeGreaterThan(1);
  expect(new Set(seen.map(({ step, total }) => `${step} ${String(total)}`))).toEqual(
    new Set(['import 1335']),
  );
  const done = seen.map((progress) => progress.done);
  expect(done).toEqual([...new Set(done)].toSorted((a, b) => a - b));
  expect(done.at(-1)).toBe(RECORDS);
});

test('a file without entries is imported without a word', async () => {
  const seen: Progress[] = [];
  const device = await openImportDevice({ onProgress: (progress) => seen.push(progress) });
  expect(await device.importFile(originalFile())).toMatchObject({ changed: 0, unchanged: 0 });
  expect(seen).toEqual([]);
});

test.each([1, 2, 3])('[O1] broken off after step %i, importing again completes it', async (step) => {
  const databasePath = join(temporaryFolder(), 'device.db');
  let steps = 0;
  const broken = await openImportDevice({
    databasePath,
    onProgress: () => {
      steps += 1;
      if (steps === step) throw new Error('interrupted');
    },
  });
  await expect(broken.importFile(FIXTURE)).rejects.toThrow('interrupted');
  const held = Object.values(exported(broken)).flat().length;
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThanOrEqual(RECORDS);
  // What can be seen will be sent, also half way through.
  expect(await broken.pending()).toBe(held);
  broken.close();

  const device = await openImportDevice({ databasePath });
  expect(await device.importFile(FIXTURE)).toMatchObject({ changed: RECORDS - held, unchanged: held });
  expect(device.exportJson()).toBe(everything);
  expect(await device.pending()).toBe(RECORDS);
  expect(inFile(databasePath, 'select count(*) as count from reminder')).toEqual([{ count: 3 }]);
  device.close();
});

test('[O6] closed half way, the device opens again and the import completes', async () => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const closing = await openImportDevice({
    databasePath,
    onProgress: () => {
      closing.close();
    },
  });
  await expect(closing.importFile(FIXTURE)).rejects.toThrow();
  const device = await openImportDevice({ databasePath });
  await device.importFile(FIXTURE);
  expect(device.exportJson()).toBe(everything);
  device.close();
});

test('listeners hear of each part once it is there', async () => {
  const device = await openImportDevice();
  let heard = 0;
  device.onChange(['mood_entry'], () => {
    heard += 1;
    expect(exported(device).mood_entry!.length).toBeGreaterThan(0);
  });
  await device.importFile(FIXTURE);
  expect(heard).toBeGreaterThan(0);
  const before = heard;
  await device.importFile(FIXTURE);
  expect(heard).toBe(before);
});
