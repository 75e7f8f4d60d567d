/** What can't be used is refused or counted, with words that repeat nothing of it; the rest comes in. */
import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openTestDevice, temporaryFolder } from '../testing.ts';
import { fileWith, importText, liveALittle, openFileDevice } from './json-import.testing.ts';

const MARK = 'Xsecret words of a personX';

interface Writable {
  [name: string]: unknown;
  records: Record<string, Record<string, unknown>[]>;
}

let text = '';
beforeAll(async () => {
  const device = await openFileDevice();
  await liveALittle(device);
  text = device.exportJson();
});

const changed = (change: (document: Writable) => void): string => {
  const document = JSON.parse(text) as Writable;
  change(document);
  return JSON.stringify(document);
};

const made = (make: (path: string) => void): string => {
  const path = join(temporaryFolder(), 'made');
  make(path);
  return path;
};

test.each<[string, string, () => string]>([
  ['no file', 'NoSuchFile', () => join(temporaryFolder(), 'none.json')],
  ['a folder', 'FileNotReadable', () => made(mkdirSync)],
  ['a device', 'FileNotReadable', () => '/dev/zero'],
  [
    'a file that is too large',
    'FileTooLarge',
    () => {
      const path = fileWith('{}');
      truncateSync(path, 129 * 1024 * 1024);
      return path;
    },
  ],
  ['bytes that are no text', 'NotText', () => fileWith(Buffer.from([0x7b, 0xff, 0xfe]))],
  ['a file cut short', 'ExportDamaged', () => fileWith(text.slice(0, -100))],
  ['an empty file', 'ExportDamaged', () => fileWith('')],
  ['other JSON', 'NotAnExport', () => fileWith('{"format":"something else","version":1}')],
  ['a list', 'NotAnExport', () => fileWith('[]')],
  ['a newer version', 'NewerExport', () => fileWith(changed((document) => (document.version = 2)))],
  ['a member too many', 'ExportDamaged', () => fileWith(changed((document) => (document.more = MARK)))],
  [
    'records that are no lists',
    'ExportDamaged',
    () => fileWith('{"format":"mental-health-bar","version":1,"records":{"activity":{}}}'),
  ],
])('%s is refused with %s, and nothing changes', async (_, type, make) => {
  const device = await openTestDevice();
  const before = device.exportJson();
  const answer = await device.call('import_json', { file: make() });
  expect(answer).toMatchObject({ error: { type } });
  expect(JSON.stringify(answer)).toMatch(/[Nn]othing was changed/);
  expect(JSON.stringify(answer)).not.toContain(MARK);
  expect(device.exportJson()).toBe(before);
});

test.each<[string, RegExp, (record: Record<string, unknown>) => unknown]>([
  ['is no object', /not a record/, () => MARK],
  ['has no id', /the field id/, ({ id: _, ...rest }) => rest],
  ['has no stamps', /the field stamps/, ({ stamps: _, ...rest }) => rest],
  ['has a field of another type', /the field mood_rating/, (record) => ({ ...record, mood_rating: MARK })],
  ['has a field nobody knows', /do not belong together/, (record) => ({ ...record, [MARK]: MARK })],
  [
    'lacks the stamp of a field',
    /do not belong together/,
    ({ stamps, ...record }) => ({ ...record, stamps: { ...(stamps as object), notes: undefined } }),
  ],
  [
    'is deleted without a stamp of it',
    /do not belong together/,
    (record) => ({ ...record, deleted_at: '2025-01-01T00:00:00.000Z' }),
  ],
  [
    'claims to be erased',
    /not a record/,
    (record) => ({
      ...record,
      stamps: { ...(record.stamps as object), erased: '018f3c2a9b4d-0003-9dca8c435bb0779f' },
    }),
  ],
  [
    'has a stamp that leaves no room for later ones',
    /a time that cannot be/,
    (record) => ({
      ...record,
      stamps: { ...(record.stamps as object), notes: 'ffffffffffff-ffff-ffffffffffffffff' },
    }),
  ],
  ['has a newer schema', /a newer version/, (record) => ({ ...record, schema: 2 })],
  ['is larger than can be sent', /larger/, (record) => ({ ...record, notes: MARK.repeat(10_000) })],
])('a record that %s is counted, and the others come in', async (_, reason, spoil) => {
  const device = await openTestDevice();
  const report = await importText(
    device,
    changed(({ records }) => {
      const [first, ...rest] = records.mood_entry!;
      records.mood_entry = [spoil(first!) as Record<string, unknown>, ...rest];
    }),
  );
  expect(report).toMatchObject({ read: 12, changed: 11, unchanged: 0, skipped: 1 });
  expect(report.reasons).toEqual([
    { kind: 'mood_entry', reason: expect.stringMatching(reason) as unknown, count: 1 },
  ]);
  expect(JSON.stringify(report)).not.toContain(MARK);
  // The device can go on: its next stamp has room.
  await device.run('log_mood', { mood_rating: 4 });
});

test('a record that is nested without end is counted', async () => {
  const device = await openTestDevice();
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  const report = await importText(device, text.replace('"mood_entry":[', `"mood_entry":[${deep},`));
  expect(report).toMatchObject({ read: 13, changed: 12, skipped: 1 });
});

test('an id that stands twice, and a kind that nobody knows, are counted', async () => {
  const device = await openTestDevice();
  const report = await importText(
    device,
    changed(({ records }) => {
      records.mood_entry!.push(records.mood_entry![0]!);
      records[MARK] = [{}, {}];
    }),
  );
  expect(report).toMatchObject({ read: 15, changed: 12, skipped: 3 });
  expect(report.reasons).toEqual([
    { kind: 'mood_entry', reason: 'its id stands in the file twice', count: 1 },
    { kind: 'unknown', reason: 'a newer version of the app wrote it', count: 2 },
  ]);
});

test('a record whose id belongs to another kind here leaves both as they are', async () => {
  const device = await openTestDevice();
  await importText(device, text);
  const report = await importText(
    device,
    changed(({ records }) => {
      records.mood_entry![0]!.id = records.activity![0]!.id;
      records.activity = [];
    }),
  );
  expect(report).toMatchObject({ changed: 0, skipped: 1, reasons: [{ kind: 'mood_entry' }] });
  expect(device.exportJson()).toBe(text);
});
