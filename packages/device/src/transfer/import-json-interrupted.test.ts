/** A JSON import can be broken off at any moment: what came in is whole, and importing again brings the rest. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Progress } from '../deps.ts';
import { temporaryFolder } from '../testing.ts';
import { fileWith } from './json-import.testing.ts';
import { exported, FIXTURE, openImportDevice } from './original-app.testing.ts';

const source = await openImportDevice();
await source.importFile(FIXTURE);
const everything = source.exportJson();
const RECORDS = Object.values(exported(source)).flat().length;
const file = fileWith(everything);

test('progress moves on in steps of 500 and ends with all of it', async () => {
  const seen: Progress[] = [];
  const device = await openImportDevice({ onProgress: (progress) => seen.push(progress) });
  await device.run('import_json', { file });
  expect(seen.map(({ step, done, total }) => [step, done, total])).toEqual(
    [500, 1_000, RECORDS].map((done) => ['import', done, RECORDS]),
  );
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
  await expect(broken.run('import_json', { file })).rejects.toThrow('interrupted');
  const held = Object.values(exported(broken)).flat().length;
  expect(held).toBe(Math.min(step * 500, RECORDS));
  expect(await broken.pending()).toBe(held);
  broken.close();

  const device = await openImportDevice({ databasePath });
  expect(await device.run('import_json', { file })).toMatchObject({
    changed: RECORDS - held,
    unchanged: held,
  });
  expect(device.exportJson()).toBe(everything);
  device.close();
});
