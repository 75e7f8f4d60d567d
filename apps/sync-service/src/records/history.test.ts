/** A cursor of another history is noticed, whatever made it another: a new epoch, a restored copy, a foreign account. */
import type { DownloadAnswer, Problem } from '@mhb/core-domain/wire';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount } from '../accounts/accounts.ts';
import { openServiceDatabase } from '../open-service-database.ts';
import {
  accountOf,
  type Answer,
  DEVICE_ID,
  openTestApp,
  openTestService,
  temporaryFolder,
  type TestAccount,
  type TestService,
} from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const download = (
  { ask }: Pick<TestAccount, 'ask'>,
  since: string | null,
): Promise<Answer<DownloadAnswer & Problem>> =>
  ask('POST', '/v1/sync/download', { device_id: DEVICE_ID, since });

test('[D6] a cursor of an earlier epoch is answered with epoch_changed', async () => {
  const account = await service.newAccount();
  await account.store(2);
  const { body } = await download(account, null);
  await service.sql('update account set epoch = $2 where account_id = $1', [account.accountId, randomUUID()]);
  expect(await download(account, body.next)).toMatchObject({ status: 409, body: { code: 'epoch_changed' } });
  expect((await download(account, null)).body.records).toHaveLength(2);
});

test('[D6] a cursor of another account is answered with epoch_changed and nothing of either account', async () => {
  const [mine, theirs] = [await service.newAccount(), await service.newAccount()];
  await theirs.store(1);
  const { body } = await download(theirs, null);
  const answer = await download(mine, body.next);
  expect(answer).toMatchObject({ status: 409, body: { code: 'epoch_changed' } });
  expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'code']);
});

test('[D6] every cursor that was given stays good, whatever is stored after it', async () => {
  const account = await service.newAccount();
  const cursors: string[] = [(await download(account, null)).body.next];
  for (let batch = 1; batch <= 5; batch += 1) {
    await account.store(2);
    cursors.push((await download(account, cursors.at(-1)!)).body.next);
  }
  for (const [index, cursor] of cursors.entries()) {
    const { body } = await download(account, cursor);
    expect(body.records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].slice(index * 2));
  }
});

test('[D6] a service that was put back to an older copy is noticed, first as behind and then as diverged', async () => {
  const [folder, copy] = [temporaryFolder(), temporaryFolder()];
  const open = async (dataDir: string) => {
    const opened = await openServiceDatabase({
      url: undefined,
      dataDir,
      purpose: 'serve',
      say: () => undefined,
    });
    return { ...opened, app: await openTestApp(opened) };
  };
  const original = await open(folder);
  const { keyId, apiKey } = await createAccount(original);
  await accountOf(original.app, keyId, apiKey).store(2);
  await original.close();
  execFileSync('cp', ['-a', `${folder}/.`, copy]);

  const later = await open(folder);
  const { store, ask } = accountOf(later.app, keyId, apiKey);
  const { body: before } = await download({ ask }, null);
  await store(2);
  const { body: after } = await download({ ask }, null);
  await later.close();

  const restored = await open(copy);
  const account = accountOf(restored.app, keyId, apiKey);
  expect((await download(account, before.next)).status).toBe(200);
  expect(await download(account, after.next)).toMatchObject({ status: 409, body: { code: 'server_behind' } });
  await account.store(2);
  expect(await download(account, after.next)).toMatchObject({
    status: 409,
    body: { code: 'history_diverged' },
  });
  await account.store(2);
  expect(await download(account, after.next)).toMatchObject({
    status: 409,
    body: { code: 'history_diverged' },
  });
  expect((await download(account, before.next)).body.records).toHaveLength(4);
  await restored.close();
  for (const path of [folder, copy]) rmSync(path, { recursive: true });
});

const anyText = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,210}$/),
  fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
);

test('[D6] a cursor that is made up is refused and breaks nothing', async () => {
  const account = await service.newAccount();
  await account.store(1);
  const { body } = await download(account, null);
  const given = Buffer.from(body.next, 'base64url');
  const anyDamage = fc.tuple(fc.nat({ max: 63 }), fc.integer({ min: 1, max: 255 })).map(([place, flip]) => {
    const damaged = Buffer.from(given);
    damaged[place]! ^= flip;
    return damaged.toString('base64url');
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, anyDamage), async (since) => {
      const answer = await download(account, since);
      // A lower seq in a cursor of this very history only asks for more of one's own records.
      if (answer.status === 200)
        expect(Buffer.from(since, 'base64url').subarray(24)).toEqual(given.subarray(24));
      else expect([400, 409]).toContain(answer.status);
    }),
    { numRuns: 200 },
  );
});

test('[D6] the chain of the service is the one that its batches make', async () => {
  const account = await service.newAccount();
  const chains: string[] = [];
  for (const count of [1, 3]) {
    await account.store(count);
    const { body } = await download(account, null);
    chains.push(Buffer.from(body.next, 'base64url').subarray(32).toString('hex'));
  }
  const [row] = await service.sql<{ chain: string }>(
    "select encode(chain, 'hex') as chain from account where account_id = $1",
    [account.accountId],
  );
  expect(chains[1]).toBe(row?.chain);
  expect(chains[0]).not.toBe(chains[1]);
});
