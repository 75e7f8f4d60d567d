/** Each version runs on the database of the next one: a migration adds, and takes nothing away that its version found. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount } from '../accounts/accounts.ts';
import { walkApi } from '../api-walk.testing.ts';
import { openTestApp, openTestService, type TestService } from '../testing.ts';
import { obstacles, readShape } from './additive.testing.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { NEXT_MIGRATION } from './next-version.testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const FOLDER = new URL('./migrations/', import.meta.url);
const migrations = readdirSync(FOLDER)
  .toSorted()
  .map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), 'utf8') }));

const openEmpty = async () => {
  const name = `shape_${randomBytes(6).toString('hex')}`;
  await service.sql(`create database ${name}`);
  const connection = { ...service.connection, database: name };
  const client = new pg.Client(connection);
  await client.connect();
  const sql = async <Row>(text: string): Promise<readonly Row[]> =>
    (await client.query(text)).rows as readonly Row[];
  return { connection, sql, close: () => client.end() };
};

test('[D12] no migration takes away what the version before it uses, or asks for what it does not give', async () => {
  const { sql, close } = await openEmpty();
  let before = await readShape(sql);
  for (const { name, text } of migrations) {
    await sql(text);
    const after = await readShape(sql);
    expect(obstacles(before, after), name).toEqual([]);
    before = after;
  }
  expect(before.columns.size).toBeGreaterThan(30);
  await close();
});

test.each([
  ['alter table record drop column sealed', 'record.sealed is gone'],
  ['alter table device rename column name to title', 'device.name is gone'],
  ['alter table batch rename to upload', 'batch.outcome is gone'],
  ['alter table device alter column name type text using null', 'device.name has another type'],
  ['alter table account add column owner text not null', 'account.owner must be given'],
  ['alter table api_key alter column made_by set not null', 'api_key.made_by must be given'],
  ['alter table account alter column head drop default', 'account.head must be given'],
  [
    'alter table record add check (seq > 0 and octet_length(sealed) > 9)',
    'record: CHECK (((seq > 0) AND (octet_length(sealed) > 9))) is new',
  ],
  ['drop index batch_by_last_seq', /^batch: CREATE UNIQUE INDEX batch_by_last_seq .* is gone$/],
])('[D12] a migration that says “%s” would be found', async (text, found) => {
  const { sql, close } = await openEmpty();
  for (const migration of migrations) await sql(migration.text);
  const before = await readShape(sql);
  await sql(text);
  expect(obstacles(before, await readShape(sql))).toContainEqual(
    typeof found === 'string' ? found : expect.stringMatching(found),
  );
  await close();
});

test('[D12] this version does everything on a database one migration ahead', async () => {
  const { connection, sql, close } = await openEmpty();
  const database = openDatabase(connection);
  await migrate(database);
  const before = await readShape(sql);
  await sql(NEXT_MIGRATION);
  await sql(`insert into migration (number, name, check_sum)
    values (${String(migrations.length + 1)}, 'next', 'of the next version')`);
  expect(obstacles(before, await readShape(sql))).toEqual([]);
  await migrate(database);
  const app = await openTestApp({ database, durability: service.durability });
  const { apiKey } = await createAccount({ database });
  await walkApi(await app.listen({ port: 0 }), apiKey);
  await app.close();
  await database.close();
  await close();
});
