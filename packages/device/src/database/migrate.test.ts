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
  expect(migrate(database, [changed])).toEqual({ ok: false, error: { type: 'FileDamaged' } });
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

test('rows from before wall times were kept get theirs', () => {
  const database = openSqlite(':memory:');
  const migrations = deviceMigrations();
  migrate(database, migrations.slice(0, 2));
  database.transaction((tx) => {
    tx.run(sql`
      insert into mood_entry
        (id, mood_rating, mood_scale, recorded_at, time_zone, local_date, created_at)
      values ('m', 4, '1-7', '2025-03-30T01:00:00.000Z', 'Europe/Berlin', '2025-03-30', '2025-03-30T01:00:00.000Z')
    `);
    tx.run(sql`
      insert into activity_log (id, activity_id, logged_at, time_zone, local_date, created_at)
      values ('l', 'a', '2025-01-01T00:00:00.000Z', 'Asia/Kathmandu', '2025-01-01', '2025-01-01T00:00:00.000Z')
    `);
  });
  expect(migrate(database, migrations)).toEqual({ ok: true, value: undefined });
  expect(database.get(sql`select wall_time from mood_entry`)).toEqual({ wall_time: '03:00' });
  expect(database.get(sql`select wall_time from activity_log`)).toEqual({ wall_time: '05:45' });
  database.close();
});
