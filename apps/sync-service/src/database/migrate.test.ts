/** The shape of the database: reached from nothing, by many at once, and never from something that was tampered with. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StartProblem } from '../failures.ts';
import { openServiceDatabase } from '../open-service-database.ts';
import { openTestService, type TestService } from '../testing.ts';
import { type Database, openDatabase } from './database.ts';
import { migrate, NewerDatabase } from './migrate.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const names = readdirSync(new URL('./migrations/', import.meta.url)).toSorted();

const emptyDatabase = async (): Promise<string> => {
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await service.sql(`create database ${name}`);
  return name;
};

const open = (name: string): Database => openDatabase({ ...service.connection, database: name });

const ran = (database: Database) =>
  database.transaction('snapshot', (tx) =>
    tx.query<{ number: number; name: string; check_sum: string }>('select * from migration order by number'),
  );

const shape = (database: Database) =>
  database.transaction('snapshot', (tx) =>
    tx.query(`
      select table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns
      where table_schema = 'public'
      order by table_name, ordinal_position`),
  );

test('[D12] from nothing the database gets its shape, and running again changes nothing', async () => {
  const database = open(await emptyDatabase());
  await migrate(database);
  const [first, shapeAtFirst] = [await ran(database), await shape(database)];
  expect(first.map(({ number, name }) => ({ number, name }))).toEqual(
    names.map((name, index) => ({ number: index + 1, name })),
  );
  await migrate(database);
  expect(await ran(database)).toEqual(first);
  expect(await shape(database)).toEqual(shapeAtFirst);
  expect(shapeAtFirst).toEqual(await shape(service.database));
  await database.close();
});

test('[D12] of several that start at once on an empty database one makes the tables and none fails', async () => {
  const name = await emptyDatabase();
  const instances = [1, 2, 3, 4, 5].map(() => open(name));
  await Promise.all(instances.map(migrate));
  expect(await ran(instances[0]!)).toHaveLength(names.length);
  await Promise.all(instances.map(({ close }) => close()));
});

test('[D12] a migration that is not as it was when it ran is refused, and nothing is changed', async () => {
  const database = open(await emptyDatabase());
  await migrate(database);
  await database.transaction('read committed', (tx) => tx.query("update migration set check_sum = 'other'"));
  await expect(migrate(database)).rejects.toThrow('0001-accounts-and-records.sql is as it was when it ran');
  expect(await ran(database)).toMatchObject(names.map(() => ({ check_sum: 'other' })));
  await database.close();
});

test('[D12] a database one migration ahead is used as it is, so that the version before runs beside the next', async () => {
  const database = open(await emptyDatabase());
  await migrate(database);
  await database.transaction('read committed', async (tx) => {
    await tx.query("insert into migration (number, name, check_sum) values ($1, 'next', 'x')", [
      names.length + 1,
    ]);
    await tx.query('alter table account add column next text');
  });
  const before = [await ran(database), await shape(database)];
  await migrate(database);
  expect([await ran(database), await shape(database)]).toEqual(before);
  await database.close();
});

test('[D12] a database two migrations ahead is refused with one sentence', async () => {
  const name = await emptyDatabase();
  const database = open(name);
  await migrate(database);
  await database.transaction('read committed', (tx) =>
    tx.query("insert into migration (number, name, check_sum) values ($1, 'later', 'x')", [names.length + 2]),
  );
  await expect(migrate(database)).rejects.toThrow(NewerDatabase);
  await database.close();
  const url = `postgres:///${name}?host=${encodeURIComponent(String(service.connection.host))}&user=mhb`;
  const choice = { url, dataDir: '/nowhere', purpose: 'serve', say: () => undefined } as const;
  await expect(openServiceDatabase(choice)).rejects.toThrow(
    new StartProblem('The database was last used by a newer version of this service. Update the service.'),
  );
});
