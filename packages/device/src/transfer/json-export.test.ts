/** The JSON export as a file. */
import { canonicalJson, type Json } from '@mhb/core-domain/sync';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder } from '../testing.ts';

test('it is the printed document, for its owner alone, and comes back the same', async () => {
  const device = await openTestDevice();
  await device.run('log_mood', { mood_rating: 3, notes: 'Straße, 散歩' });
  const to = join(temporaryFolder(), 'export.json');
  expect(await device.run('export_json', { to })).toEqual({ bytes: statSync(to).size });
  const text = readFileSync(to, 'utf8');
  expect(text).toBe(`${device.exportJson()}\n`);
  expect(text).toBe(`${canonicalJson(JSON.parse(text) as Json)}\n`);
  expect(statSync(to).mode & 0o777).toBe(0o600);
  const other = await openTestDevice();
  await other.run('import_json', { file: to });
  expect(other.exportJson()).toBe(device.exportJson());
});

test('it writes over nothing without being asked to', async () => {
  const device = await openTestDevice();
  const to = join(temporaryFolder(), 'export.json');
  writeFileSync(to, 'mine');
  expect(await device.refusal('export_json', { to })).toBe('FilesExist');
  expect(readFileSync(to, 'utf8')).toBe('mine');
  await device.run('export_json', { to, replace: true });
  expect(readFileSync(to, 'utf8')).toBe(`${device.exportJson()}\n`);
});

test.each(['file/export.json', 'folder', 'missing/above/export.json'])(
  'what can not be written is refused: %s',
  async (name) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'mine');
    mkdirSync(join(folder, 'folder'));
    const device = await openTestDevice();
    const to = join(folder, name);
    for (const replace of [false, true]) {
      expect(['FolderNotWritable', 'FilesExist']).toContain(
        await device.refusal('export_json', { to, replace }),
      );
    }
  },
);
