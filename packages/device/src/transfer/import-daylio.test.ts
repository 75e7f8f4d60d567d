/** Daylio's history comes in once, in the person's own words and days, and a dry run says beforehand what it will be. */
import { stringify } from 'csv-stringify/sync';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';
import { readTimeOfDay } from './daylio/daylio-file.ts';
import type { ImportedDaylio } from './import-daylio.ts';
import { exported } from './original-app.testing.ts';

const HEADER = 'full_date,date,weekday,time,mood,activities,note_title,note';
const MARK = 'Xsecret moodX';

type Entry = Readonly<
  Partial<Record<'full_date' | 'time' | 'mood' | 'activities' | 'note_title' | 'note', string>>
>;

const csv = (...entries: readonly Entry[]): string =>
  stringify(
    entries.map((entry) => ({ full_date: '2025-03-09', time: '8:05 pm', mood: 'good', ...entry })),
    { header: true, columns: HEADER.split(',') },
  );

const fileOf = (text: string | Uint8Array): string => {
  const path = join(temporaryFolder(), 'daylio_export.csv');
  writeFileSync(path, text);
  return path;
};

const importCsv = async (device: TestDevice, text: string, more: object = {}): Promise<ImportedDaylio> =>
  // What the command answers is the type its function has.
  (await device.run('import_daylio', { file: fileOf(text), ...more })) as ImportedDaylio;

const moodsOf = (device: TestDevice) => exported(device).mood_entry!;
const activitiesOf = (device: TestDevice) => exported(device).activity!;

const year = csv(
  {
    full_date: '2025-03-09',
    mood: 'rad',
    activities: 'walk | Reading',
    note_title: 'A day',
    note: 'It\nwas "fine"',
  },
  { full_date: '2025-03-08', time: '20:05', mood: 'Good', activities: 'walk' },
  { full_date: '2025-03-07', mood: 'meh' },
  { full_date: '2025-03-06', mood: 'bad', note: 'tired' },
  { full_date: '2025-03-05', mood: 'awful', activities: 'reading | READING |  | walk' },
);

test('entries have their moods, notes, days and activities', async () => {
  const device = await openTestDevice();
  expect(await importCsv(device, year)).toEqual({
    dry_run: false,
    read: 5,
    changed: 5,
    unchanged: 0,
    unmapped: 0,
    skipped: 0,
    reasons: [],
    activities_made: 2,
    activities_found: 0,
    time_zone: 'Europe/Berlin',
  });
  const byDay = new Map(moodsOf(device).map((entry) => [entry.local_date, entry]));
  expect([...byDay].toSorted().map(([, { mood_rating }]) => mood_rating)).toEqual([1, 3, 4, 5, 7]);
  const [walk, reading] = ['walk', 'Reading'].map(
    (wanted) =>
      activitiesOf(device).find(({ name }) => String(name).toLowerCase() === wanted.toLowerCase())!.id,
  );
  expect(byDay.get('2025-03-09')).toMatchObject({
    notes: 'A day\n\nIt\nwas "fine"',
    recorded_at: '2025-03-09T19:05:00.000Z',
    time_zone: 'Europe/Berlin',
    activity_ids: [walk, reading],
  });
  expect(byDay.get('2025-03-08')).toMatchObject({ recorded_at: '2025-03-08T19:05:00.000Z', notes: null });
  expect(byDay.get('2025-03-05')).toMatchObject({ activity_ids: [reading, walk] });
  expect(exported(device).activity_group!.map(({ name }) => name)).toEqual(['Daylio']);
});

test('[R1] [M2] importing twice, or in another zone, changes nothing', async () => {
  const device = await openTestDevice();
  await importCsv(device, year);
  const held = device.exportJson();
  expect(await importCsv(device, year)).toMatchObject({ changed: 0, unchanged: 5, activities_made: 0 });
  expect(device.exportJson()).toBe(held);
  const elsewhere = await openTestDevice({ timeZone: 'Pacific/Kiritimati' });
  await importCsv(elsewhere, year);
  expect(moodsOf(elsewhere).map(({ id }) => id)).toEqual(moodsOf(device).map(({ id }) => id));
});

test('[R1] two devices that import the same file hold the same records', async () => {
  const [here, there] = [await openTestDevice(), await openTestDevice({ now: '2026-01-01T00:00:00Z' })];
  await importCsv(here, year);
  await importCsv(there, year);
  expect(there.exportJson()).toBe(here.exportJson());
});

test('[M1] [M3] what was edited or deleted since stays so, and a newer export brings new entries only', async () => {
  const device = await openTestDevice();
  await importCsv(device, year);
  const [first, second] = moodsOf(device);
  const walk = activitiesOf(device).find(({ name }) => name === 'walk')!;
  const reading = activitiesOf(device).find(({ name }) => name !== 'walk')!;
  await device.run('update_mood_checkin', { id: first!.id, mood_rating: 2, notes: 'seen anew' });
  await device.run('delete_mood_checkin', { id: second!.id });
  await device.run('update_activity', { id: walk.id, name: 'Long walk' });
  await device.run('delete_activity', { id: reading.id });
  const before = device.exportJson();
  expect(await importCsv(device, year)).toMatchObject({ changed: 0 });
  expect(device.exportJson()).toBe(before);

  const grown = year.replace('\n', '\n2025-03-10,x,y,9:00 am,meh,walk | reading | swim,,\n');
  expect(await importCsv(device, grown)).toMatchObject({ changed: 1, unchanged: 5, activities_made: 1 });
  const fresh = moodsOf(device).find(({ local_date }) => local_date === '2025-03-10')!;
  expect(fresh.activity_ids).toEqual([walk.id, reading.id, expect.any(String)]);
  expect(activitiesOf(device).length).toBe(3);
  expect(activitiesOf(device).find(({ id }) => id === reading.id)!.deleted_at).not.toBeNull();
});

test('several entries of one minute keep their names when one more comes', async () => {
  const device = await openTestDevice();
  await importCsv(device, csv({ note: 'second' }, { note: 'first' }));
  const grown = csv({ note: 'third' }, { note: 'second' }, { note: 'first' });
  expect(await importCsv(device, grown)).toMatchObject({ changed: 1, unchanged: 2 });
  expect(
    moodsOf(device)
      .map(({ notes }) => notes)
      .toSorted(),
  ).toEqual(['first', 'second', 'third']);
});

test('activities that live here already are taken, whatever their case and Unicode form', async () => {
  const device = await openTestDevice();
  const { id: group_id } = (await device.run('create_activity_group', { name: 'Mine' })) as {
    readonly id: string;
  };
  const { id } = (await device.run('create_activity', { group_id, name: 'Café' })) as { readonly id: string };
  const report = await importCsv(device, csv({ activities: 'CAFE\u0301' }));
  expect(report).toMatchObject({ activities_found: 1, activities_made: 0 });
  expect(moodsOf(device)[0]!.activity_ids).toEqual([id]);
  expect(exported(device).activity_group!.length).toBe(1);
});

test('new activities go into the group that is asked for, and a deleted group is not filled', async () => {
  const device = await openTestDevice();
  await importCsv(device, csv({ activities: 'walk' }), { group_name: 'From before' });
  const [group] = exported(device).activity_group!;
  expect(group!.name).toBe('From before');
  await device.run('delete_activity_group', { id: group!.id });
  await importCsv(device, csv({ time: '9:00', activities: 'swim' }), { group_name: 'From before' });
  const living = exported(device).activity_group!.filter(({ deleted_at }) => deleted_at === null);
  expect(living.length).toBe(1);
  expect(activitiesOf(device).find(({ name }) => name === 'swim')!.group_id).toBe(living[0]!.id);
});

test('moods that nobody knows are listed by a dry run, refused without it, and come in once they are mapped', async () => {
  const device = await openTestDevice();
  const text = csv({}, { mood: MARK, time: '9:00' }, { mood: MARK.toUpperCase(), time: '10:00' });
  const before = device.exportJson();
  const dry = await importCsv(device, text, { dry_run: true });
  expect(dry).toMatchObject({ read: 3, changed: 1, unmapped: 2, unchanged: 0 });
  expect(dry.moods).toEqual([
    { mood: MARK, mood_rating: null, count: 2 },
    { mood: 'good', mood_rating: 5, count: 1 },
  ]);
  expect(dry.how_to_map).toContain('--mood');

  const refused = await device.call('import_daylio', { file: fileOf(text) });
  expect(refused).toMatchObject({ error: { type: 'UnknownMoods', entries: 2, names: 1 } });
  expect(JSON.stringify(refused)).not.toMatch(/secret/i);
  expect(device.exportJson()).toBe(before);

  const moods = [
    { mood: MARK.toLowerCase(), mood_rating: 6 },
    { mood: 'GOOD', mood_rating: 2 },
  ];
  const report = await importCsv(device, text, { moods });
  expect(JSON.stringify(report)).not.toMatch(/secret/i);
  expect(
    moodsOf(device)
      .map(({ mood_rating }) => mood_rating as number)
      .toSorted(),
  ).toEqual([2, 6, 6]);
});

test('a dry run writes nothing and says what the import then does', async () => {
  const device = await openTestDevice();
  const before = device.exportJson();
  const { moods, ...dry } = await importCsv(device, year, { dry_run: true });
  expect(moods?.length).toBe(5);
  expect(device.exportJson()).toBe(before);
  expect(await importCsv(device, year)).toEqual({ ...dry, dry_run: false });
});

test('rows that can’t be used are counted with their lines, and the others come in', async () => {
  const device = await openTestDevice();
  const text = [
    `\uFEFF${HEADER},extra`,
    '2025-02-30,,,9:00,good,,,,',
    '2025-03-01,,,25:00,good,,,,',
    '2025-03-01,,,9:00,,,,,',
    '2025-03-01,9:00,good',
    '',
    `2025-03-01,,,9:00,good,,,"${'x'.repeat(40_000)}",`,
    '2025-03-01,,,9:00,good,,,"two\nlines",',
  ].join('\r\n');
  const report = await importCsv(device, text);
  expect(report).toMatchObject({ read: 6, changed: 1, skipped: 5 });
  expect(report.reasons.map(({ count, lines }) => [count, lines])).toEqual(
    [2, 3, 4, 5, 7].map((line) => [1, [line]]),
  );
  expect(moodsOf(device)[0]!.notes).toBe('two\nlines');
});

test.each<[string, string, string | Uint8Array]>([
  ['another CSV', 'NotDaylio', 'a,b\r\n1,2\r\n'],
  ['an empty file', 'NotDaylio', ''],
  ['quotes that never end', 'CsvDamaged', `${HEADER}\n2025-03-01,,,9:00,${MARK},,,"${MARK}`],
  ['quotes in the middle', 'CsvDamaged', `${HEADER}\n2025-03-01,,,9:00,good,,,"${MARK}"${MARK}`],
  ['bytes that are no text', 'NotText', Buffer.from([0xff, 0xfe, 0x00])],
])('%s is refused with %s, without a word of it', async (_, type, text) => {
  const device = await openTestDevice();
  const answer = await device.call('import_daylio', { file: fileOf(text) });
  expect(answer).toMatchObject({ error: { type } });
  expect(JSON.stringify(answer)).not.toContain(MARK);
  expect(JSON.stringify(answer)).toContain('othing was changed');
});

test('a rating that is none is refused by its place, not by the name of the mood', async () => {
  const device = await openTestDevice();
  const answer = await device.call('import_daylio', { file: 'x', moods: [{ mood: MARK, mood_rating: 8 }] });
  expect(answer).toMatchObject({ error: { type: 'InvalidInput', fields: ['moods.0.mood_rating'] } });
  expect(JSON.stringify(answer)).not.toContain(MARK);
});

test.each([
  ['8:05 pm', '20:05'],
  ['12:00 AM', '00:00'],
  ['12:30\u202Fpm', '12:30'],
  ['1:07 a.m.', '01:07'],
  ['9:05', '09:05'],
  ['23:59', '23:59'],
  ['24:00', undefined],
  ['13:00 pm', undefined],
  ['0:00 am', undefined],
  ['noon', undefined],
])('the time %j is %j', (text, time) => {
  expect(readTimeOfDay(text)).toBe(time);
});

test('an hour that the clocks skip moves on, and stays on its day', async () => {
  const device = await openTestDevice();
  await importCsv(device, csv({ full_date: '2025-03-30', time: '2:30 am' }));
  expect(moodsOf(device)[0]).toMatchObject({
    recorded_at: '2025-03-30T01:30:00.000Z',
    local_date: '2025-03-30',
  });
});
