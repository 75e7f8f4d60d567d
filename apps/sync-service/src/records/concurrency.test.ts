/** Many writers and readers of one account at the same time, on a real database. */
import type { ApiKeyCreated, DownloadAnswer, StoredRecord } from '@mhb/core-domain/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accountOf,
  DEVICE_ID,
  newChange,
  newId,
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

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Follows the cursor until `isDone` and then once more to the end. */
const follow = async (account: TestAccount, isDone: () => boolean): Promise<readonly StoredRecord[]> => {
  const seen: StoredRecord[] = [];
  let since: string | null = null;
  for (let last = false; !last;) {
    last = isDone();
    for (let more = true; more;) {
      const asked: Promise<{ body: DownloadAnswer }> = account.ask('POST', '/v1/sync/download', {
        device_id: DEVICE_ID,
        since,
        limit: 7,
      });
      const { body } = await asked;
      seen.push(...body.records);
      since = body.next;
      more = body.has_more;
    }
  }
  return seen;
};

test('[D2] while eight devices write, no reader is owed an earlier change, and the seqs have no holes', async () => {
  const account = await service.newAccount();
  let isDone = false;
  const readers = [1, 2, 3].map(() => follow(account, () => isDone));
  const writers = upTo(8).map(async (writer) => {
    const stored: StoredRecord[] = [];
    for (let batch = 0; batch < 20; batch += 1) stored.push(...(await account.store(1 + (writer % 3))));
    return stored;
  });
  const written = (await Promise.all(writers)).flat().toSorted((a, b) => a.seq - b.seq);
  isDone = true;

  expect(written.map(({ seq }) => seq)).toEqual(upTo(written.length));
  for (const seen of await Promise.all(readers)) expect(seen).toEqual(written);
});

test('[D2] of many concurrent changes on one base exactly one is taken, and the others are given it', async () => {
  const { upload } = await service.newAccount();
  const { id } = newChange();
  let base = 0;
  for (const round of upTo(5)) {
    const changes = upTo(8).map(() => newChange({ id, base }));
    const answers = await Promise.all(changes.map((change) => upload([change])));
    const taken = answers.flatMap(({ body }, index) => body.applied.map(() => index));
    expect(taken).toHaveLength(1);
    const winner = { id, seq: round, sealed: changes[taken[0]!]!.sealed };
    const conflicts = answers.flatMap(({ body }) => body.conflicts);
    expect(conflicts).toEqual(upTo(7).map(() => winner));
    base = round;
  }
});

test('[D2] the same batch sent eight times at once is stored once', async () => {
  const { upload } = await service.newAccount();
  const changes = [newChange(), newChange()];
  const batchId = newId();
  const answers = await Promise.all(upTo(8).map(() => upload(changes, batchId)));
  const expected = {
    applied: changes.map(({ id }, index) => ({ id, seq: index + 1 })),
    conflicts: [],
    rejected: [],
    head: 2,
  };
  expect(answers.map(({ body }) => body)).toEqual(upTo(8).map(() => expected));
});

const secondKey = async (account: TestAccount) => {
  const { body } = await account.ask<ApiKeyCreated>('POST', '/v1/auth/api-keys', { label: 'lost' });
  const key = accountOf(service.app, body.key_id, body.api_key);
  expect((await key.ask('GET', '/v1/keyring')).status).toBe(200);
  return key;
};

const writes = [
  {
    what: 'an upload',
    send: (key: Omit<TestAccount, 'accountId'>) => key.upload([newChange()]),
    trace: 'select 1 from record where account_id = $1 union all select 1 from batch where account_id = $1',
  },
  {
    what: 'a new keyring',
    send: (key: Omit<TestAccount, 'accountId'>) =>
      key.ask('PUT', '/v1/keyring', { base_generation: 0, sealed: sealedText(), recovery: sealedText() }),
    trace: 'select 1 from keyring where account_id = $1',
  },
  {
    what: 'another key',
    send: (key: Omit<TestAccount, 'accountId'>) => key.ask('POST', '/v1/auth/api-keys', { label: 'mine' }),
    trace: "select 1 from api_key where account_id = $1 and label = 'mine'",
  },
] as const;

test.each(writes)('[D2] $what under way when its key is revoked is not stored', async ({ send, trace }) => {
  const owner = await service.newAccount();
  const lost = await secondKey(owner);
  const held = await service.holdAccount(owner.accountId);
  const revoked = owner.ask('DELETE', '/v1/auth/api-keys', { key_id: lost.keyId });
  await service.untilWaiting(1);
  const underWay = send(lost);
  await service.untilWaiting(2);
  await held.letGo();

  expect((await revoked).status).toBe(200);
  expect((await underWay).status).toBe(401);
  expect(await service.sql(trace, [owner.accountId])).toEqual([]);
});

test('[D2] two keys that revoke each other at once do not both succeed', async () => {
  const owner = await service.newAccount();
  const other = await secondKey(owner);
  const held = await service.holdAccount(owner.accountId);
  const first = owner.ask('DELETE', '/v1/auth/api-keys', { key_id: other.keyId });
  await service.untilWaiting(1);
  const second = other.ask('DELETE', '/v1/auth/api-keys', { key_id: owner.keyId });
  await service.untilWaiting(2);
  await held.letGo();

  expect([(await first).status, (await second).status]).toEqual([200, 401]);
  expect((await owner.ask('GET', '/v1/auth/api-keys')).status).toBe(200);
});
