/**
 * Behind PgBouncer in transaction mode each transaction may have another connection: the service needs nothing of the one
 * before, leaves nothing behind, and listens past the pooler. Skipped where there is no /usr/sbin/pgbouncer.
 */
import type { UploadAnswer } from '@mhb/core-domain/wire';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { walkApi } from './api-walk.testing.ts';
import { makeCluster, startCluster } from './database/cluster.testing.ts';
import { openDatabase } from './database/database.ts';
import { hasPgbouncer, POOLED, startPgbouncer } from './database/pgbouncer.testing.ts';
import { ask, createAccountIn, dataFolder, run, serve } from './process.testing.ts';
import { DEVICE_ID, newChange, newId } from './testing.ts';

const openPooled = async () => {
  const cluster = await startCluster(await makeCluster());
  return { direct: cluster.url, pooled: await startPgbouncer(cluster) };
};

/** What every connection of the pooler holds that outlives a transaction; all of them at once, so none is missed. */
const leftBehind = async (pooled: string) => {
  const clients = Array.from({ length: POOLED }, () => new pg.Client(pooled));
  const rows: unknown[] = [];
  const pids = new Set<number>();
  for (const client of clients) {
    await client.connect();
    await client.query('begin');
    const { rows: found } = await client.query<{ pid: number; left: unknown }>(
      `select pg_backend_pid() as pid, jsonb_build_object(
         'statements', (select count(*) from pg_prepared_statements),
         'channels', (select count(*) from pg_listening_channels()),
         'cursors', (select count(*) from pg_cursors where name <> ''),
         'locks', (select count(*) from pg_locks where locktype = 'advisory'),
         'settings', (select coalesce(jsonb_object_agg(name, setting), '{}') from pg_settings
            where source = 'session' and name not in ('application_name', 'client_encoding', 'DateStyle', 'TimeZone'))
       ) as left`,
    );
    rows.push(found[0]!.left);
    pids.add(found[0]!.pid);
  }
  for (const client of clients) {
    await client.query('rollback');
    await client.end();
  }
  expect(pids.size).toBe(POOLED);
  return rows;
};

describe.skipIf(!hasPgbouncer)('with pgbouncer (apt-get install pgbouncer)', () => {
  test('[D12] two services behind a pooler in transaction mode do everything, and leave nothing on its connections', async () => {
    const { direct, pooled } = await openPooled();
    const environment = { DATABASE_URL: pooled, MHB_SYNC_LISTEN_DATABASE_URL: direct };
    const unused = join(dataFolder(), 'unused');
    const [here, there] = await Promise.all([serve(unused, [], environment), serve(unused, [], environment)]);
    const walking = await createAccountIn(unused, environment);
    await walkApi(here.address, walking.api_key, { elsewhere: there.address });

    const account = await createAccountIn(unused, environment);
    const uploads = Array.from({ length: 40 }, (_, index) =>
      ask<UploadAnswer>(index % 2 === 0 ? here : there, account, [
        'POST',
        '/v1/sync/upload',
        { device_id: DEVICE_ID, batch_id: newId(), changes: [newChange()] },
      ]),
    );
    const seqs = (await Promise.all(uploads)).flatMap(({ body }) => body.applied.map(({ seq }) => seq));
    expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs.map((_, index) => index + 1));

    const client = new pg.Client(direct);
    await client.connect();
    const { rows } = await client.query<{ name: string; count: number }>(
      `select application_name as name, count(*)::integer as count from pg_stat_activity
       where application_name like 'mhb-sync%' group by 1 order by 1`,
    );
    await client.end();
    expect(rows).toEqual([
      { name: 'mhb-sync', count: POOLED },
      { name: 'mhb-sync listens', count: 2 },
    ]);
    const nothing = { statements: 0, channels: 0, cursors: 0, locks: 0, settings: {} };
    expect(await leftBehind(pooled)).toEqual(Array.from({ length: POOLED }, () => nothing));
    const doctor = await run(['doctor', '--data-dir', unused], environment);
    expect([doctor.exit, doctor.stdout]).toEqual([
      0,
      expect.stringContaining('Past the pooler it is the same database.'),
    ]);
    for (const service of [here, there]) expect((await service.stop()).exit).toBe(0);
  });

  test('a transaction and a single statement have their limits behind a pooler too', async () => {
    const { direct, pooled } = await openPooled();
    const database = openDatabase({ connectionString: pooled }, { connectionString: direct });
    const question = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle, current_setting('enable_seqscan') as scan`;
    const limited = [{ statement: '20s', lock: '10s', idle: '20s', scan: 'off' }];
    expect(await database.read(question, [])).toEqual(limited);
    for (const isolation of ['read committed', 'snapshot'] as const)
      expect(await database.transaction(isolation, (tx) => tx.query(question))).toEqual(limited);
    await expect(database.read('select 1 / $1::integer', [0])).rejects.toThrow('division by zero');
    expect(await database.read('select 1 as one', [], 'kept')).toEqual([{ one: 1 }]);
    await database.close();
  });

  test('a pooler that is not spoken of, or the wrong database past it, ends the start with a sentence', async () => {
    const { direct, pooled } = await openPooled();
    const client = new pg.Client(direct);
    await client.connect();
    await client.query('create database other');
    await client.end();
    const unused = join(dataFolder(), 'unused');
    const name = 'MHB_SYNC_LISTEN_DATABASE_URL';
    const start = async (environment: Readonly<Record<string, string>>) =>
      (await run(['serve', '--port', '0', '--data-dir', unused], environment)).stderr;
    const unsaid = `mhb-sync: DATABASE_URL leads to a pooler. Give the address of Postgres itself in ${name} too.\n`;
    expect(await start({ DATABASE_URL: pooled })).toBe(unsaid);
    const elsewhere = direct.replace('/postgres?', '/other?');
    expect(await start({ DATABASE_URL: pooled, [name]: elsewhere })).toBe(
      `mhb-sync: ${name} leads to another database than DATABASE_URL.\n`,
    );
    expect(await start({ DATABASE_URL: pooled, [name]: 'postgres://mhb@127.0.0.1:1/postgres' })).toBe(
      `mhb-sync: The database does not answer past the pooler. Check that it runs and that ${name} is right.\n`,
    );
  });
});
