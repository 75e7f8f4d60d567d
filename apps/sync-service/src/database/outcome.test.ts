/**
 * What the database can do to an upload: vanish before the COMMIT, or in the middle of it. A standby that never
 * confirms keeps a COMMIT open for as long as a test needs.
 */
import type { Problem } from '@mhb/core-domain/wire';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  type Method,
  newChange,
  newId,
  openTestApp,
  openTestService,
  type TestService,
  WAITING,
} from '../testing.ts';
import { openDatabase, Unavailable } from './database.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const waitForStandby = async (name: string): Promise<void> => {
  await service.sql(`alter system set synchronous_standby_names = '${name}'`);
  await service.sql('select pg_reload_conf()');
  await vi.waitFor(async () => {
    const [row] = await service.sql<{ names: string }>(
      "select current_setting('synchronous_standby_names') as names",
    );
    expect(row?.names).toBe(name);
  }, WAITING);
};
afterEach(() => waitForStandby(''));

/** The backend whose COMMIT is on disk and not yet answered. */
const committingBackend = (): Promise<number> =>
  vi.waitFor(async () => {
    const [row] = await service.sql<{ pid: number }>(
      "select pid from pg_stat_activity where wait_event = 'SyncRep' and application_name = 'mhb-sync'",
    );
    if (row === undefined) throw new Error('nobody is committing');
    return row.pid;
  }, WAITING);

const postmaster = (): number =>
  Number(readFileSync(join(service.folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

const faults = [
  {
    what: 'the wait for a standby is given up',
    cause: async () => {
      await service.sql('select pg_cancel_backend($1)', [await committingBackend()]);
    },
  },
  {
    what: 'the connection is ended',
    cause: async () => {
      await service.sql('select pg_terminate_backend($1)', [await committingBackend()]);
    },
  },
  {
    what: 'its process is killed',
    cause: async () => {
      process.kill(await committingBackend(), 'SIGKILL');
    },
  },
  {
    what: 'all of Postgres is killed',
    cause: async () => {
      await committingBackend();
      process.kill(postmaster(), 'SIGKILL');
    },
  },
];

test.each(faults)(
  '[D4] when $what during a COMMIT the outcome is unknown, and the same batch again is stored once',
  async ({ cause }) => {
    const { accountId, upload, ask } = await service.newAccount();
    await ask('GET', '/v1/keyring');
    await waitForStandby('nobody');
    const changes = [newChange(), newChange()];
    const batchId = newId();
    const first = upload(changes, batchId);
    await cause();
    expect(await first).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });

    await vi.waitFor(() => waitForStandby(''), WAITING);
    const answer = await vi.waitFor(async () => {
      const again = await upload(changes, batchId);
      expect(again.status).toBe(200);
      return again;
    }, WAITING);
    const applied = changes.map(({ id }, index) => ({ id, seq: index + 1 }));
    expect(answer.body).toEqual({ applied, conflicts: [], rejected: [], head: 2 });
    expect(await service.sql('select from record where account_id = $1', [accountId])).toHaveLength(2);
    expect(await service.sql('select from batch where account_id = $1', [accountId])).toHaveLength(1);
  },
);

test('[D4] when the connection ends before the COMMIT nothing is stored, and the answer says unavailable', async () => {
  const { accountId, upload } = await service.newAccount();
  const held = await service.holdAccount(accountId);
  const batch = [newChange()];
  const first = upload(batch);
  await service.untilWaiting(1);
  await service.sql(
    "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'mhb-sync'",
  );
  const answer = await first;
  await held.letGo();
  expect(answer).toMatchObject({
    status: 503,
    body: { code: 'unavailable' },
    headers: { 'retry-after': '2' },
  });
  expect((await upload(batch)).body).toMatchObject({ applied: [{ seq: 1 }], head: 1 });
});

test('[D4] a connection that ends between two statements fails the transaction and not the process', async () => {
  const broken = service.database.transaction('read committed', async (tx) => {
    const [self] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    await service.sql('select pg_terminate_backend($1, 5000)', [self?.pid]);
    await tx.query('select 1');
  });
  await expect(broken).rejects.toThrow(Unavailable);
  await service.database.transaction('read committed', (tx) => tx.query('select 1'));
});

test('[D4] a statement that nobody waits for and that fails takes the whole transaction with it', async () => {
  const { accountId } = await service.newAccount();
  const broken = service.database.transaction('read committed', async (tx) => {
    tx.send('update account set head = 7 where account_id = $1', [accountId]);
    tx.send('select 1 / 0');
    tx.send('update account set head = 8 where account_id = $1', [accountId]);
    return Promise.resolve('done');
  });
  await expect(broken).rejects.toMatchObject({ code: '22012' });
  expect(await service.sql('select head from account where account_id = $1', [accountId])).toEqual([
    { head: '0' },
  ]);
});

const requests: readonly { readonly method: Method; readonly url: string; readonly body?: object }[] = [
  { method: 'GET', url: '/ready' },
  { method: 'GET', url: '/v1/auth/api-keys' },
  { method: 'POST', url: '/v1/auth/api-keys', body: { label: 'x' } },
  { method: 'DELETE', url: '/v1/auth/api-keys', body: { key_id: '0'.repeat(48) } },
  { method: 'GET', url: '/v1/keyring' },
  { method: 'PUT', url: '/v1/keyring', body: { base_generation: 0, sealed: '', recovery: '' } },
  {
    method: 'POST',
    url: '/v1/sync/upload',
    body: { device_id: '0'.repeat(16), batch_id: '0'.repeat(32), changes: [newChange()] },
  },
  { method: 'POST', url: '/v1/sync/download', body: { device_id: '0'.repeat(16), since: null } },
];

test.each(requests)(
  '[D4] without a database $method $url says unavailable',
  async ({ method, url, body }) => {
    const { apiKey } = await service.newAccount();
    const database = openDatabase({ host: join(service.folder, 'nowhere') });
    const app = await openTestApp({ database, durability: service.durability });
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${apiKey}` },
      ...(body === undefined ? {} : { payload: body }),
    });
    expect(answer.statusCode).toBe(503);
    expect(answer.json<Problem>().code).toBe('unavailable');
    expect(answer.headers['retry-after']).toBe('2');
    expect((await app.inject({ url: '/health' })).json()).toEqual({ status: 'ok' });
    await app.close();
    await database.close();
  },
);
