/** Another program's file: rows and whether it broke off, and never an exception of the driver. */
import Driver from 'better-sqlite3-multiple-ciphers';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { inFile, temporaryFolder } from '../testing.ts';
import { type ForeignFile, openForeignFile, type RowRange } from './foreign-file.ts';

const PAGE = 1_024;
const ALL: RowRange = { first: -(2n ** 63n), last: 2n ** 63n - 1n, order: 'asc' };
const SELECT = 'select rowid as id, text from thing';

/** Some hundred rows over many small pages. */
const fileWithRows = (then = ''): string => {
  const path = join(temporaryFolder(), 'foreign.db');
  const driver = new Driver(path);
  driver.exec(`
    pragma page_size = ${String(PAGE)};
    create table thing (id integer primary key, text);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)
      insert into thing select i, printf('row %050d', i) from n;
    ${then}`);
  driver.close();
  return path;
};

const opened = (path: string): ForeignFile => {
  const file = openForeignFile(path);
  if (!file.ok) throw new Error(file.error);
  onTestFinished(file.value.close);
  return file.value;
};

const idsOf = (file: ForeignFile, range: RowRange): readonly number[] =>
  file.scan(SELECT, range)!.rows.map(({ id }) => id);

test('rows come in order of id, in the range that was asked for, both ends in it', () => {
  const file = opened(fileWithRows());
  expect(idsOf(file, { first: 2n, last: 4n, order: 'asc' })).toEqual([2, 3, 4]);
  expect(idsOf(file, { first: 2n, last: 4n, order: 'desc' })).toEqual([4, 3, 2]);
  expect(idsOf(file, { first: 4n, last: 2n, order: 'asc' })).toEqual([]);
  expect(file.scan(SELECT, ALL)).toMatchObject({ damaged: false, rows: { length: 300 } });
  expect(file.isIntact('thing')).toBe(true);
});

test('values come as they are, of whatever type', () => {
  const path = fileWithRows(
    `delete from thing;
     insert into thing (text) values (1), (2.5), ('x'), (x'00'), (null)`,
  );
  const found = opened(path).scan(SELECT, ALL)!;
  expect(found.rows.map(({ text }) => text)).toEqual([1, 2.5, 'x', Buffer.from([0]), null]);
});

test('a table or a column that is not there is told from damage', () => {
  const file = opened(fileWithRows());
  expect(file.scan('select rowid as id, colour from thing', ALL)).toBeUndefined();
  expect(file.scan('select rowid as id from nothing', ALL)).toBeUndefined();
});

test('views and virtual tables are not among the tables', () => {
  const path = fileWithRows(
    'create view seen as select * from thing; create virtual table found using fts5(text)',
  );
  const { tables } = opened(path);
  expect([tables.has('thing'), tables.has('seen'), tables.has('found')]).toEqual([true, false, false]);
});

test('a bad page breaks a scan off, from either end, and the table is not intact', () => {
  const path = fileWithRows();
  const leaf = Number(
    inFile(
      path,
      `select pageno from dbstat where name = 'thing' and pagetype = 'leaf' order by path limit 1 offset 5`,
    )[0]!.pageno,
  );
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xff, (leaf - 1) * PAGE, leaf * PAGE));
  const file = opened(path);
  const [up, down] = [file.scan(SELECT, ALL)!, file.scan(SELECT, { ...ALL, order: 'desc' })!];
  expect([up.damaged, down.damaged, file.isIntact('thing')]).toEqual([true, true, false]);
  expect(up.rows[0]!.id).toBe(1);
  expect(down.rows[0]!.id).toBe(300);
  expect(up.rows.at(-1)!.id).toBeLessThan(down.rows.at(-1)!.id);
  expect(up.rows.length + down.rows.length).toBeGreaterThan(250);
});

test('a tree that leads round in a circle ends', () => {
  const path = fileWithRows();
  const bytes = readFileSync(path);
  const [first, second] = inFile(
    path,
    `select pageno from dbstat where name = 'thing' and pagetype = 'leaf' order by path limit 2`,
  ).map(({ pageno }) => Number(pageno));
  bytes.copy(bytes, (second! - 1) * PAGE, (first! - 1) * PAGE, first! * PAGE);
  writeFileSync(path, bytes);
  const found = opened(path).scan(SELECT, ALL)!;
  expect(found.damaged).toBe(true);
  expect(new Set(found.rows.map(({ id }) => id)).size).toBe(found.rows.length);
});

test('one bad line of the schema does not close the tables beside it', () => {
  const path = fileWithRows('create table other (id integer primary key, text)');
  const text = readFileSync(path, 'latin1');
  writeFileSync(
    path,
    text
      .replace('CREATE TABLE other', 'CREATE TIBLE other')
      .replace('create table other', 'create tible other'),
    'latin1',
  );
  const file = opened(path);
  expect(file.schemaDamaged).toBe(true);
  expect(file.scan(SELECT, ALL)!.rows).toHaveLength(300);
});

test.each([
  ['a text', 'NotSqlite', 'Dear diary,\n'.repeat(100)],
  ['another format of the same length of name', 'NotSqlite', `SQLite format 4\0${'x'.repeat(2_000)}`],
  ['noise after a right name', 'NotSqlite', `SQLite format 3\0${'\x10'.repeat(4_080)}`],
])('%s is %s', (_, failure, text) => {
  const path = join(temporaryFolder(), 'foreign.db');
  writeFileSync(path, text);
  expect(openForeignFile(path)).toEqual({ ok: false, error: failure });
});

test('a file that was cut off in its first page is damaged', () => {
  const path = fileWithRows();
  truncateSync(path, PAGE / 2);
  expect(openForeignFile(path)).toEqual({ ok: false, error: 'Damaged' });
});

test('what can not be opened is damaged, and throws nothing', () => {
  expect(openForeignFile(temporaryFolder())).toMatchObject({ ok: false });
  expect(openForeignFile(join(temporaryFolder(), 'missing.db'))).toMatchObject({ ok: false });
});
