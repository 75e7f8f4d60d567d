/**
 * Accounts can be spread over partitions, or over machines: every statement of every request asks for one account by the
 * first column of an index. Postgres itself says so, of the tables as they are and of a copy in hash partitions.
 */
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createAccount } from './accounts/accounts.ts';
import { walkApi } from './api-walk.testing.ts';
import { type Connection, type Database, openDatabase } from './database/database.ts';
import { type Explained, explainStatements } from './database/explained.testing.ts';
import { migrate } from './database/migrate.ts';
import { accountOf, newChange, openTestApp, openTestService, type TestService, WAITING } from './testing.ts';

const TABLES = ['account', 'api_key', 'record', 'batch', 'keyring', 'device', 'mailbox'];
/** More than could be in one partition by chance. */
const OTHERS = 40;

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

interface Walk {
  readonly accountId: string;
  readonly routes: ReadonlySet<string>;
  readonly offered: readonly string[];
  readonly explained: readonly Explained[];
  readonly sql: <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
}

/** Walks the API on a database of its own beside many other accounts. */
const walk = async (prepare?: string): Promise<Walk> => {
  const name = `walked_${randomBytes(6).toString('hex')}`;
  await service.sql(`create database ${name}`);
  const connection = { ...service.connection, database: name };
  const sql: Walk['sql'] = async (text, values = []) => {
    const client = new pg.Client(connection);
    await client.connect();
    return (await client.query(text, [...values]).finally(() => client.end())).rows as never;
  };
  await withDatabase(connection, async (database) => {
    await migrate(database);
    if (prepare !== undefined) await sql(prepare);
    const app = await openTestApp({ database, durability: service.durability });
    for (let other = 0; other < OTHERS; other += 1) {
      const { keyId, apiKey } = await createAccount({ database });
      await accountOf(app, keyId, apiKey).upload([newChange(), newChange()]);
    }
    await app.close();
  });
  await sql('analyze');
  await untilAlone(sql);
  await sql('select pg_stat_reset()');

  const { explained, ...walked } = await withDatabase(connection, async (bare) => {
    const { database, explained } = explainStatements(bare);
    const app = await openTestApp({ database, durability: service.durability });
    const { accountId, apiKey } = await createAccount({ database });
    const { routes } = await walkApi(await app.listen({ port: 0 }), apiKey);
    const { paths } = app.swagger();
    await app.close();
    return { accountId, routes, paths, explained };
  });
  await untilAlone(sql);
  const { accountId, routes, paths } = walked;
  const offered = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods as object)
      .filter((method) => method !== 'head')
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  return { accountId, routes, offered, explained, sql };
};

const withDatabase = async <Value>(
  connection: Connection,
  run: (database: Database) => Promise<Value>,
): Promise<Value> => {
  const database = openDatabase(connection);
  return run(database).finally(() => database.close());
};

/** A connection of Postgres adds what it did to the statistics at its end. */
const untilAlone = (sql: Walk['sql']): Promise<void> =>
  vi.waitFor(async () => {
    const others = await sql(
      `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    expect(others).toHaveLength(0);
  }, WAITING);

/** What a statement asked of the tables of accounts. */
const scansOf = ({ nodes }: Explained) =>
  nodes.filter((node) => node['Relation Name'] !== undefined && node['Node Type'].endsWith('Scan'));

const normal = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The beginning of each statement in the code, up to its first hole. */
const statementsInCode = (): readonly string[] => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  // Across accounts, or of none: an operator's, and the start.
  const apart = /(?:\.test|\.testing)\.ts$|^(?:database|simulation|backup|doctor)\b|^accounts\/operate/;
  return globSync('**/*.ts', { cwd: folder })
    .filter((file) => !apart.test(file))
    .flatMap((file) =>
      [
        ...readFileSync(folder + file, 'utf8').matchAll(
          /\b(?:tx|database)\.(?:query|send|read)(?:<[^(]*>)?\(\s*(?:\/\/.*\s*)?([`']?)([^`'$]*)/g,
        ),
      ].map(([, quote, text = '']) => (quote === '' ? '' : normal(text))),
    );
};

test('[D1] every statement asks for one account by an index that begins with it', async () => {
  const { routes, offered, explained } = await walk();
  expect([...routes].toSorted()).toEqual([...offered].toSorted());

  const seen = explained.map(({ text }) => normal(text));
  const inCode = statementsInCode();
  expect(inCode.length).toBeGreaterThan(35);
  expect(inCode.filter((text) => !seen.some((one) => one.startsWith(text)))).toEqual([]);

  const trespasses = explained.flatMap((one) =>
    scansOf(one)
      .filter((scan) => TABLES.includes(scan['Relation Name']!))
      .filter((scan) => {
        if (scan['Node Type'] === 'Bitmap Heap Scan') return false;
        return !/\baccount_id = /.test(scan['Index Cond'] ?? '');
      })
      .map((scan) => [one.mode, scan['Node Type'], scan['Relation Name'], normal(one.text)]),
  );
  expect(trespasses).toEqual([]);
  const unkeyed = explained.flatMap((one) =>
    one.nodes
      .filter((node) => node['Node Type'] === 'Bitmap Index Scan')
      .filter((node) => !/\baccount_id = /.test(node['Index Cond'] ?? ''))
      .map(() => normal(one.text)),
  );
  expect(unkeyed).toEqual([]);
});

test('[D1] in hash partitions every statement looks into the one partition of its account', async () => {
  const file = new URL('../../../deploy/postgres/partition-by-account.sql', import.meta.url);
  const { accountId, explained, sql } = await walk(readFileSync(file, 'utf8'));

  const [mine] = await sql<{ remainder: number }>(
    `select number as remainder from generate_series(0, 15) as number
     where satisfies_hash_partition('account'::regclass, 16, number, $1::uuid)`,
    [accountId],
  );
  const suffix = `_${String(mine!.remainder)}`;
  const scanned = explained.flatMap((one) =>
    scansOf(one)
      .filter((scan) => scan['Actual Loops'] > 0)
      .map((scan) => ({ partition: scan['Relation Name']!, mode: one.mode, text: normal(one.text) })),
  );
  expect(scanned.filter(({ partition }) => !partition.endsWith(suffix))).toEqual([]);
  expect(new Set(scanned.map(({ partition }) => partition))).toEqual(
    new Set(TABLES.map((table) => table + suffix)),
  );

  // The same in the statistics of Postgres, which have what no plan shows too: the checks of foreign keys.
  const touched = await sql<{ partition: string }>(
    `select relname as partition from pg_stat_user_tables
     where relname ~ '_[0-9]+$' and (coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins > 0)`,
  );
  expect(new Set(touched.map(({ partition }) => partition))).toEqual(
    new Set(TABLES.map((table) => table + suffix)),
  );
});
