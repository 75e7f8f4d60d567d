/** Damage in known places of a file: what lies elsewhere comes along, and the report says what could not be read. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inFile } from '../testing.ts';
import {
  copyOfFixture,
  countsOf,
  exported,
  FIXTURE,
  imported,
  openImportDevice,
  tableOf,
} from './original-app.testing.ts';
import { type OriginalTable, originalTables } from './original-app/report.ts';

const PAGE = 4_096;
const base = await imported(FIXTURE);

/** The pages of a table's own tree, its root first. */
const pagesOf = (table: string): readonly number[] =>
  inFile(copyOfFixture(), `select pageno from dbstat where name = '${table}' order by path`).map(
    ({ pageno }) => Number(pageno),
  );

const withBadPages = (pages: readonly number[]): string => {
  const path = copyOfFixture();
  const bytes = readFileSync(path);
  for (const page of pages) bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE);
  writeFileSync(path, bytes);
  return path;
};

/** The definition of a table, as the file spells it, with one letter wrong. */
const withBadDefinition = (table: OriginalTable): string => {
  const path = copyOfFixture();
  const text = readFileSync(path, 'latin1');
  writeFileSync(path, text.replace(`CREATE TABLE ${table} `, `CREATE TIBLE ${table} `), 'latin1');
  return path;
};

test.each(originalTables)(
  'with all of %s destroyed, every row of the other tables is read',
  async (table) => {
    const { report } = await imported(withBadPages(pagesOf(table)));
    expect(tableOf(report, table)).toMatchObject({ read: 0, imported: 0 });
    expect(tableOf(report, table).notes).toContainEqual({
      note: 'the file is damaged here; rows may be missing or wrong',
      count: 1,
    });
    for (const other of originalTables.filter((one) => one !== table)) {
      expect([other, tableOf(report, other).read]).toEqual([other, tableOf(base.report, other).read]);
    }
  },
);

test('a bad page costs the rows on it, and the report says how many at most', async () => {
  const [, , third] = pagesOf('mood_checkins');
  const device = await openImportDevice();
  const report = await device.importFile(withBadPages([third!]));
  const moods = tableOf(report, 'mood_checkins');
  expect(moods.unreadable).toBeGreaterThan(0);
  expect(moods.read + moods.unreadable).toBe(700);
  expect(exported(device).mood_entry).toHaveLength(moods.imported);
  const links = tableOf(report, 'mood_checkin_activities');
  expect(links.reasons).toMatchObject([{ reason: 'its check-in was not imported', count: links.skipped }]);
  expect(links.imported + links.skipped).toBe(847);
  device.close();
});

test('bad indexes cost nothing', async () => {
  const indexes = inFile(copyOfFixture(), `select name from sqlite_schema where type = 'index'`);
  const { records } = await imported(withBadPages(indexes.flatMap(({ name }) => pagesOf(String(name)))));
  expect(records).toEqual(base.records);
});

test('without the list of questionnaires their answers are told apart by the ids of every new file', async () => {
  const { report, records } = await imported(withBadPages(pagesOf('assessment_types')));
  expect(tableOf(report, 'assessment_types').notes).toContainEqual({
    note: 'its row could not be read; the id it has in every new file was taken',
    count: 4,
  });
  const codes = (list: typeof records): unknown[] =>
    list.assessment!.map(({ instrument }) => instrument).toSorted();
  expect(codes(records)).toEqual(codes(base.records));
});

test.each(originalTables)('with a bad definition of %s the other tables are read', async (table) => {
  const { report } = await imported(withBadDefinition(table));
  const counts = countsOf(report);
  for (const other of originalTables.filter((one) => one !== table)) {
    expect([other, counts[other]![0]]).toEqual([other, countsOf(base.report)[other]![0]]);
  }
  expect(tableOf(report, table).notes.map(({ note }) => note)).toContain(
    'the file has no such table with the columns of the original app',
  );
});

test('a file whose line about its migrations is lost is still known as one of the original app', async () => {
  const path = withBadDefinition('schema_migrations');
  const text = readFileSync(path, 'latin1');
  writeFileSync(path, text.replace('tableschema_migrations', 'tablaschema_migrations'), 'latin1');
  const { report } = await imported(path);
  expect(tableOf(report, 'schema_migrations').read).toBe(0);
  expect(tableOf(report, 'mood_checkins').imported).toBe(700);
});

test('a copy that was damaged takes nothing from what a whole one brought, and a whole one completes it', async () => {
  const damaged = withBadPages(pagesOf('mood_checkin_activities'));
  const [healed, kept] = [await openImportDevice(), await openImportDevice()];
  await healed.importFile(damaged);
  await healed.importFile(FIXTURE);
  await kept.importFile(FIXTURE);
  await kept.importFile(damaged);
  const activities = (device: typeof healed): unknown[] =>
    exported(device).mood_entry!.map(({ id, activity_ids }) => [id, activity_ids]);
  expect(activities(healed)).toEqual(activities(kept));
  expect(activities(kept)).toEqual(
    base.records.mood_entry!.map(({ id, activity_ids }) => [id, activity_ids]),
  );
});
