/** Pages of records: in order, bounded, out of one snapshot. */
import { type DownloadAnswer, limits } from '@mhb/core-domain/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import {
  accountOf,
  type Answer,
  DEVICE_ID,
  newChange,
  newId,
  openTestApp,
  openTestService,
  sealedText,
  type TestAccount,
  type TestService,
} from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

interface Wanted {
  readonly since?: string | null;
  readonly limit?: number;
  readonly skip_batches?: readonly string[];
}

const download = ({ ask }: TestAccount, wanted: Wanted = {}): Promise<Answer<DownloadAnswer>> =>
  ask('POST', '/v1/sync/download', { device_id: DEVICE_ID, since: null, ...wanted });

test('[D5] pages come in order of seq, hold at most as many as asked, and say how many remain', async () => {
  const account = await service.newAccount();
  const stored = await account.store(10);
  const first = await download(account, { limit: 4 });
  const second = await download(account, { limit: 4, since: first.body.next });
  const third = await download(account, { limit: 4, since: second.body.next });
  const fourth = await download(account, { limit: 4, since: third.body.next });

  expect(first.body).toMatchObject({ records: stored.slice(0, 4), has_more: true, remaining: 6, head: 10 });
  expect(second.body).toMatchObject({ records: stored.slice(4, 8), has_more: true, remaining: 2 });
  expect(third.body).toMatchObject({ records: stored.slice(8), has_more: false, remaining: 0 });
  expect(fourth.body).toMatchObject({ records: [], has_more: false, remaining: 0, head: 10 });
});

test('[D5] a page that holds exactly what is left says that nothing more comes', async () => {
  const account = await service.newAccount();
  await account.store(4);
  const { body } = await download(account, { limit: 4 });
  expect(body).toMatchObject({ has_more: false, remaining: 0 });
});

test('[D5] without a limit of its own a page holds 1,000 records', async () => {
  const account = await service.newAccount();
  for (const count of [500, 500, 1]) await account.store(count);
  const { body } = await download(account);
  expect(body.records).toHaveLength(1_000);
  expect(body).toMatchObject({ has_more: true, remaining: 1, head: 1_001 });
  expect((await download(account, { limit: 1_001 })).body).toMatchObject({ code: 'invalid_request' });
});

test('[D5] a page holds no more than 4 MiB of envelopes', async () => {
  const account = await service.newAccount();
  const large = () => newChange({ sealed: sealedText(limits.SEALED_BYTES_MAX) });
  for (const count of [10, 7]) await account.upload(Array.from({ length: count }, large));
  const { body } = await download(account);
  expect(body.records).toHaveLength(16);
  expect(body).toMatchObject({ has_more: true, remaining: 1 });
  const { body: rest } = await download(account, { since: body.next });
  expect(rest.records.map(({ seq }) => seq)).toEqual([17]);
});

test('[D5] a record that was changed after a page comes again, once, with its new seq', async () => {
  const account = await service.newAccount();
  const [first, second] = await account.store(2);
  const { body: page } = await download(account, { limit: 1 });
  const newer = newChange({ id: first!.id, base: 1 });
  await account.upload([newer]);
  const { body } = await download(account, { since: page.next });
  expect(body.records).toEqual([second, { id: first!.id, seq: 3, sealed: newer.sealed }]);
});

test('[D5] own batches are left out of pages and counts, and what others changed since is not', async () => {
  const account = await service.newAccount();
  const own = newId();
  const mine = [newChange(), newChange(), newChange()];
  await account.upload(mine, own);
  const [theirs] = await account.store(1);
  const changed = newChange({ id: mine[1]!.id, base: 2 });
  await account.upload([changed]);

  const { body } = await download(account, { skip_batches: [own], limit: 1 });
  expect(body).toMatchObject({ records: [theirs], remaining: 1 });
  const { body: rest } = await download(account, { skip_batches: [own], since: body.next });
  expect(rest.records).toEqual([{ id: changed.id, seq: 5, sealed: changed.sealed }]);
  expect(rest).toMatchObject({ has_more: false, remaining: 0 });
});

test('[D5] [D6] an own batch that the service does not have, or that is of another account, shows another history', async () => {
  const other = await service.newAccount();
  const theirBatch = newId();
  await other.upload([newChange()], theirBatch);
  const account = await service.newAccount();
  const own = newId();
  await account.upload([newChange()], own);
  for (const missing of [theirBatch, newId()]) {
    const answer = await download(account, { skip_batches: [own, missing] });
    expect(answer).toMatchObject({ status: 409, body: { code: 'history_diverged' } });
  }
  expect((await download(account, { skip_batches: [own, own] })).body).toMatchObject({
    records: [],
    head: 1,
  });
});

test('[D5] an own batch of which nothing was taken is one that the service has', async () => {
  const account = await service.newAccount();
  const { id } = newChange();
  await account.upload([newChange({ id })]);
  const own = newId();
  await account.upload([newChange({ id })], own);
  const { body } = await download(account, { skip_batches: [own] });
  expect(body.records.map(({ seq }) => seq)).toEqual([1]);
});

test('[D5] nobody is given a record of another account', async () => {
  const other = await service.newAccount();
  await other.store(3);
  const account = await service.newAccount();
  expect((await download(account)).body).toMatchObject({ records: [], remaining: 0, head: 0 });
});

test('[D5] a page, its count and its head are of one moment while others write', async () => {
  const account = await service.newAccount();
  const stored = await account.store(30);
  const writing = { isDone: false };
  const write = async (writer: number): Promise<void> => {
    let bases: readonly { readonly id: string; readonly seq: number }[] = stored.filter(
      (_, index) => index % 3 === writer,
    );
    for (let round = 0; round < 25; round += 1) {
      const { body } = await account.upload(bases.map(({ id, seq }) => newChange({ id, base: seq })));
      bases = body.applied;
    }
  };
  const written = Promise.all([0, 1, 2].map(write)).finally(() => {
    writing.isDone = true;
  });
  let pages = 0;
  while (!writing.isDone) {
    const { body } = await download(account, { limit: 11 });
    const seqs = body.records.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(new Set(body.records.map(({ id }) => id)).size).toBe(11);
    expect(body.records.length + body.remaining).toBe(30);
    expect(Math.max(...seqs)).toBeLessThanOrEqual(body.head);
    pages += 1;
  }
  await written;
  expect(pages).toBeGreaterThan(3);
});

test('[D5] a page is found by its seqs, also where Postgres last counted before the records came', async () => {
  for (let count = 0; count < 4; count += 1) await (await service.newAccount()).store(500);
  await service.sql('analyze record');
  const account = await service.newAccount();
  for (let count = 0; count < 30; count += 1) await account.store(500);
  const { status, body } = await download(account);
  expect(status).toBe(200);
  expect(body.records).toHaveLength(1_000);
  expect(body.remaining).toBe(14_000);
});

test('[D5] to say that there is nothing new, the service asks the database once', async () => {
  const account = await service.newAccount();
  await account.store(3);
  const { body: page } = await download(account);
  const asked: string[] = [];
  const counting: Database = {
    ...service.database,
    read: (text, values, plan) => {
      asked.push(text);
      return service.database.read(text, values, plan);
    },
    transaction: (isolation, body) => {
      asked.push(isolation);
      return service.database.transaction(isolation, body);
    },
  };
  const app = await openTestApp({ database: counting, durability: service.durability });
  const asking = { ...account, ...accountOf(app, account.keyId, account.apiKey) };
  const idle = await download(asking, { since: page.next });
  expect(idle.body).toEqual({ ...page, records: [], next: page.next });
  expect(asked).toHaveLength(1);

  await account.store(1);
  expect((await download(asking, { since: page.next })).body.records).toHaveLength(1);
  await app.close();
});
