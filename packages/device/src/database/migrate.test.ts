/** Migrations go forward, once each, whole or not at all. */
import { expect, test } from 'vitest';
import { deviceMigrations, migrate, type Migration } from './migrate.ts';
import { sql } from './sql.ts';
import { openSqlite } from './sqlite.ts';

const first: Migration = {
  number: 1,
  name: '0001-things.sql',
  text: 'create table thing (name text) strict;',
};
const second: Migration = {
  number: 2,
  name: '0002-colors.sql',
  text: "alter table thing add column color text;\ninsert into thing values ('one', 'red');",
};

test('each runs once, in order', () => {
  const database = openSqlite(':memory:');
  expect(migrate(database, [first])).toEqual({ ok: true, value: undefined });
  expect(migrate(database, [first, second])).toEqual({ ok: true, value: undefined });
  expect(migrate(database, [first, second])).toEqual({ ok: true, value: undefined });
  expect(database.all(sql`select * from thing`)).toEqual([{ name: 'one', color: 'red' }]);
  expect(database.all(sql`select number, name from migration order by number`)).toEqual([
    { number: 1, name: '0001-things.sql' },
    { number: 2, name: '0002-colors.sql' },
  ]);
  database.close();
});

test('one that fails leaves the database as it was', () => {
  const database = openSqlite(':memory:');
  migrate(database, [first]);
  const broken = { ...second, text: `${second.text}\nthis is not SQL;` };
  expect(() => migrate(database, [first, broken])).toThrow();
  expect(database.all(sql`select name from pragma_table_info('thing')`)).toEqual([{ name: 'name' }]);
  expect(database.all(sql`select number from migration`)).toEqual([{ number: 1 }]);
  database.close();
});

test('one that ran must not change', () => {
  const database = openSqlite(':memory:');
  migrate(database, [first]);
  const changed = { ...first, text: `${first.text} -- tidied` };
  expect(() => migrate(database, [changed])).toThrow('migration 0001-things.sql is as it was when it ran');
  database.close();
});

test('a database of a newer version is refused and not touched', () => {
  const database = openSqlite(':memory:');
  migrate(database, [first, second]);
  expect(migrate(database, [first])).toEqual({
    ok: false,
    error: { type: 'NewerDatabase', found: 2, known: 1 },
  });
  database.close();
});

test("the device's own run from an empty file", () => {
  const database = openSqlite(':memory:');
  expect(migrate(database)).toEqual({ ok: true, value: undefined });
  expect(database.all(sql`select number from migration`)).toHaveLength(deviceMigrations().length);
  database.close();
});
