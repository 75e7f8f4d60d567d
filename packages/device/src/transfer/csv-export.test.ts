/** CSV files say what the app says, for living entries, and stand in nobody's way. */
import { parse } from 'csv-parse/sync';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { entityKinds } from '@mhb/core-domain';
import { expect, test } from 'vitest';
import { temporaryFolder, type TestDevice } from '../testing.ts';
import type { ExportedCsv } from './csv-export.ts';
import { importText, liveALittle, openFileDevice } from './json-import.testing.ts';
import { exported, FIXTURE, openImportDevice } from './original-app.testing.ts';

type Row = Readonly<Record<string, string>>;

const rowsIn = (folder: string, kind: string): readonly Row[] =>
  parse(readFileSync(join(folder, `${kind}.csv`)), { columns: true });

const exportTo = async (device: Pick<TestDevice, 'run'>, to: string, replace = false): Promise<ExportedCsv> =>
  // What the command answers is the type its function has.
  (await device.run('export_csv', { to, replace })) as ExportedCsv;

const lived = async () => {
  const device = await openFileDevice();
  await liveALittle(device);
  const folder = join(temporaryFolder(), 'made');
  return { device, folder, report: await exportTo(device, folder) };
};

test('every kind has its file, with a row for each living record', async () => {
  const { device, folder, report } = await lived();
  expect(readdirSync(folder).toSorted()).toEqual(entityKinds.map((kind) => `${kind}.csv`).toSorted());
  const all = exported(device);
  for (const kind of entityKinds) {
    const living = all[kind]!.filter(({ deleted_at }) => deleted_at === null);
    expect(rowsIn(folder, kind).map(({ id }) => id)).toEqual(living.map(({ id }) => id));
    expect(report.files).toContainEqual({ file: `${kind}.csv`, rows: living.length });
  }
  expect(report.deleted_left_out).toBe(2);
});

test('an empty device gives files with headers alone', async () => {
  const folder = temporaryFolder();
  const report = await exportTo(await openFileDevice(), folder);
  expect(report.files.every(({ rows }) => rows === 0)).toBe(true);
  expect(readFileSync(join(folder, 'activity_group.csv'), 'utf8')).toBe('id,name,description,created_at\r\n');
});

test('a check-in has its words and the names of its activities, deleted ones too', async () => {
  const { folder } = await lived();
  const entry = rowsIn(folder, 'mood_entry').find(({ mood_rating }) => mood_rating === '5');
  expect(entry).toMatchObject({
    mood_label: 'Good',
    mood_scale: '1-7',
    activities: 'Walk 🚶 | Swim',
    local_date: '2025-03-10',
    time_zone: 'Europe/Berlin',
    notes: `'=1+1, said she`,
  });
  expect(rowsIn(folder, 'activity_log')[0]).toMatchObject({
    activity_name: 'Walk 🚶',
    notes: 'along the "river",\nslowly',
  });
});

test('a questionnaire has its answers, its score and its band; a draft has no score', async () => {
  const { folder } = await lived();
  const rows = rowsIn(folder, 'assessment');
  expect(rows.find(({ instrument }) => instrument === 'PHQ9')).toMatchObject({
    status: 'completed',
    total_score: '12',
    severity: 'moderate',
    bands_validated: 'true',
    screen_positive: 'true',
    comparable: 'true',
    answer_1: '0',
    answer_4: '3',
    answer_9: '0',
    answer_10: '',
    answer_20: '',
  });
  expect(rows.find(({ instrument }) => instrument === 'GAD7')).toMatchObject({
    status: 'draft',
    total_score: '',
    severity: '',
    answer_3: '2',
    answer_4: '',
  });
});

test('scores are those the app shows, and other wordings get no band', async () => {
  const device = await openImportDevice();
  await device.importFile(FIXTURE);
  const folder = temporaryFolder();
  await exportTo(device, folder);
  const history = (await device.run('get_assessment_history')) as readonly {
    readonly id: string;
    readonly score: { readonly total: number; readonly severity: string; readonly comparable: boolean };
  }[];
  const rows = rowsIn(folder, 'assessment').filter(({ status }) => status === 'completed');
  expect(rows.length).toBe(history.length);
  expect(history.some(({ score }) => !score.comparable)).toBe(true);
  for (const { id, score } of history) {
    expect(rows.find((row) => row.id === id)).toMatchObject({
      total_score: String(score.total),
      severity: score.comparable ? score.severity : '',
    });
  }
});

test('the files are for their owner alone, in UTF-8 with CRLF', async () => {
  const { folder } = await lived();
  for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const text = readFileSync(join(folder, 'activity.csv'), 'utf8');
  expect(text).toMatch(/^id,name,group_id,group_name,color,icon,created_at\r\n[^\r\n]+\r\n$/);
});

test.each<[string, (path: string) => void]>([
  [
    'a file',
    (path) => {
      writeFileSync(path, 'mine');
    },
  ],
  [
    'a link to nowhere',
    (path) => {
      symlinkSync('/nowhere', path);
    },
  ],
])('%s in the way is not written over, and nothing is left beside it', async (_, putThere) => {
  const device = await openFileDevice();
  const folder = temporaryFolder();
  putThere(join(folder, 'schedule.csv'));
  const answer = await device.call('export_csv', { to: folder });
  expect(answer).toMatchObject({ error: { type: 'FilesExist', count: 1 } });
  expect(readdirSync(folder)).toEqual(['schedule.csv']);
});

test('an earlier export is replaced when asked, and is private again', async () => {
  const { device, folder } = await lived();
  const path = join(folder, 'mood_entry.csv');
  chmodSync(path, 0o644);
  await device.run('log_mood', { mood_rating: 7, notes: 'one more' });
  expect(await device.refusal('export_csv', { to: folder })).toBe('FilesExist');
  expect(readFileSync(path, 'utf8')).not.toContain('one more');
  await exportTo(device, folder, true);
  expect(readFileSync(path, 'utf8')).toContain('one more');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a folder that can’t be made is refused with a sentence', async () => {
  const device = await openFileDevice();
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  for (const to of [file, join(file, 'below'), '/proc/here']) {
    expect(await device.refusal('export_csv', { to })).toBe('FolderNotWritable');
    expect(await device.refusal('export_csv', { to, replace: true })).toBe('FolderNotWritable');
  }
});

test('a folder that stands where a file belongs leaves no half export', async () => {
  const device = await openFileDevice();
  const to = temporaryFolder();
  mkdirSync(join(to, 'schedule.csv'));
  expect(await device.refusal('export_csv', { to })).toBe('FilesExist');
  expect(await device.refusal('export_csv', { to, replace: true })).toBe('FolderNotWritable');
});

test('what another device sent in strange shapes is exported all the same', async () => {
  const device = await openFileDevice();
  await liveALittle(device);
  const spoilt = device
    .exportJson()
    .replace('"responses":[0,1,2,3,0,1,2,3,0]', `"responses":[${'9,'.repeat(40)}9]`);
  const other = await openFileDevice();
  await importText(other, spoilt);
  const to = temporaryFolder();
  await exportTo(other, to);
  expect(rowsIn(to, 'assessment')[0]).toMatchObject({ total_score: '', severity: '', answer_20: '9' });
});
