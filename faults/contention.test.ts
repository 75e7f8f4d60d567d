/** Others hold what a request needs, or Postgres takes no writes for a while: 503, and everything goes on afterwards. */
import type { Problem } from '@mhb/core-domain/wire';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  DEVICE_ID,
  newChange,
  newId,
  openTestService,
  type TestAccount,
  type TestService,
  WAITING,
} from '@mhb/sync-service/testing';

let service: TestService;
let account: TestAccount;
beforeAll(async () => {
  service = await openTestService();
  account = await service.newAccount();
});
afterAll(() => service.close());

const upload = () =>
  account.ask<Partial<Problem>>('POST', '/v1/sync/upload', {
    device_id: DEVICE_ID,
    batch_id: newId(),
    changes: [newChange()],
  });
const download = () =>
  account.ask('POST', '/v1/sync/download', { device_id: DEVICE_ID, since: null, skip_batches: [] });

test('[F60] of two transactions that wait for each other both are done, one of them at its second try', async () => {
  const others = [await service.newAccount(), await service.newAccount()] as const;
  const lock = (id: string) => ['select 1 from account where account_id = $1 for update', [id]] as const;
  let tries = 0;
  let firstLocks = 0;
  const both = [0, 1].map((first) => {
    const [one, other] = [others[first]!, others[1 - first]!];
    return service.database.transaction('read committed', async (tx) => {
      tries += 1;
      await tx.query(...lock(one.accountId));
      firstLocks += 1;
      // Until the other one holds its first lock too; at a second try it may be done already.
      await vi.waitUntil(() => firstLocks >= 2, WAITING);
      await tx.query(...lock(other.accountId));
    });
  });
  await Promise.all(both);
  expect(tries).toBe(3);
});

test('[F60] a lock that is not let go ends in 503 after a few tries, and the next upload is taken', async () => {
  const held = Promise.withResolvers<undefined>();
  const isHeld = Promise.withResolvers<undefined>();
  const holding = service.sql('select 1').then(() =>
    service.database.transaction('read committed', async (tx) => {
      await tx.query('set local idle_in_transaction_session_timeout = 0');
      await tx.query('select 1 from account where account_id = $1 for update', [account.accountId]);
      isHeld.resolve(undefined);
      await held.promise;
    }),
  );
  await isHeld.promise;
  const refused = await upload();
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  held.resolve(undefined);
  await holding;
  expect((await upload()).status).toBe(200);
}, 120_000);

test('[F61] while Postgres takes no writes uploads are put off, downloads are answered, and nothing is lost', async () => {
  expect((await upload()).status).toBe(200);
  const before = (await download()).body;
  const takeWrites = async (how: 'on' | 'off') => {
    await service.sql(`alter system set default_transaction_read_only = ${how}`);
    await service.sql('select pg_reload_conf()');
    await vi.waitFor(async () => {
      const [row] = await service.sql<{ value: string }>(
        "select current_setting('default_transaction_read_only') as value",
      );
      expect(row?.value).toBe(how);
    }, WAITING);
  };
  await takeWrites('on');
  const refused = await upload();
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(await download()).toMatchObject({ status: 200, body: before });
  await takeWrites('off');
  await vi.waitFor(async () => {
    expect((await upload()).status).toBe(200);
  }, WAITING);
});
