/** A mailbox is read once, by who has the token, for ten minutes; everybody else learns nothing at all. */
import {
  type ApiKeyCreated,
  limits,
  MAILBOX_TOKEN_HEADER,
  type MailboxAnswer,
  type MailboxStored,
} from '@mhb/core-domain/wire';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accountOf,
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

const newToken = (): string => randomBytes(32).toString('hex');
const hashOf = (token: string): string => createHash('sha256').update(token, 'hex').digest('hex');

const put = ({ ask }: Pick<TestAccount, 'ask'>, id: string, token: string, sealed = sealedText()) =>
  ask<MailboxStored>('PUT', `/v1/pairing/${id}`, { token_hash: hashOf(token), sealed });

/** Asks without an API key, as a device does that has none yet. */
const open = async (id: string, token: string | undefined) => {
  const { statusCode, headers, rawPayload } = await service.app.inject({
    url: `/v1/pairing/${id}`,
    headers: token === undefined ? {} : { [MAILBOX_TOKEN_HEADER]: token },
  });
  const { date: _, ...others } = headers;
  return { status: statusCode, headers: others, text: rawPayload.toString('utf8') };
};
const sealedIn = ({ text }: { readonly text: string }) => (JSON.parse(text) as MailboxAnswer).sealed;

const stored = async () => {
  const account = await service.newAccount();
  const [id, token, sealed] = [account.accountId + newId(), newToken(), sealedText()];
  const { status, body } = await put(account, id, token, sealed);
  expect(status).toBe(200);
  expect(body).toEqual({ expires_in_seconds: 600 });
  return { account, id, token, sealed };
};

const moveClock = (accountId: string, seconds: number) =>
  service.sql(
    'update mailbox set expires_at = expires_at - make_interval(secs => $2) where account_id = $1',
    [accountId, seconds],
  );

test('[E6] a message is given to who has the token, once, and is gone from the database', async () => {
  const { account, id, token, sealed } = await stored();
  const answer = await open(id, token);
  expect(answer.status).toBe(200);
  expect(sealedIn(answer)).toBe(sealed);
  expect(await service.sql('select from mailbox where account_id = $1', [account.accountId])).toEqual([]);
  expect((await open(id, token)).status).toBe(404);
});

test('[E6] of many readers at once one gets it', async () => {
  const { id, token, sealed } = await stored();
  const answers = await Promise.all(Array.from({ length: 8 }, () => open(id, token)));
  const given = answers.filter(({ status }) => status === 200);
  expect(given.map(sealedIn)).toEqual([sealed]);
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(7);
});

test('[E6] absent, expired, read, used up and wrong are answered alike, byte for byte', async () => {
  const { account, id: absentFrom } = await stored();
  const expired = await stored();
  await moveClock(expired.account.accountId, 601);
  const read = await stored();
  await open(read.id, read.token);
  const usedUp = await stored();
  for (let attempt = 0; attempt < 5; attempt += 1) await open(usedUp.id, newToken());
  const wrong = await stored();

  const answers = [
    await open(account.accountId + newId(), newToken()),
    await open(newId() + newId(), newToken()),
    await open('f'.repeat(64), undefined),
    await open('no-mailbox', newToken()),
    await open(`${absentFrom}0`, newToken()),
    await open(expired.id, expired.token),
    await open(read.id, read.token),
    await open(usedUp.id, usedUp.token),
    await open(wrong.id, newToken()),
    await open(wrong.id, undefined),
    await open(wrong.id, `${wrong.token}0`),
  ];
  expect(answers[0]).toMatchObject({ status: 404 });
  expect(answers[0]?.text).toContain('"code":"not_found"');
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('[E6] four wrong tokens leave the right one its chance, and the fifth takes it', async () => {
  expect(limits.MAILBOX_TRIES).toBe(5);
  for (const [tries, status] of [
    [4, 200],
    [5, 404],
  ] as const) {
    const { id, token } = await stored();
    await Promise.all(Array.from({ length: tries }, () => open(id, newToken())));
    expect((await open(id, token)).status, `after ${String(tries)}`).toBe(status);
  }
});

test('[E6] it waits for ten minutes of the database’s clock', async () => {
  const [early, late] = [await stored(), await stored()];
  await moveClock(early.account.accountId, 595);
  await moveClock(late.account.accountId, 600);
  expect((await open(early.id, early.token)).status).toBe(200);
  expect((await open(late.id, late.token)).status).toBe(404);
});

test('[E6] only the account whose id begins the mailbox’s can leave something there', async () => {
  const [mine, theirs] = [await service.newAccount(), await service.newAccount()];
  for (const id of [theirs.accountId + newId(), newId() + newId(), 'no-mailbox', mine.accountId]) {
    expect(await put(mine, id, newToken())).toMatchObject({ status: 404, body: { code: 'not_found' } });
  }
  expect((await put(theirs, theirs.accountId + newId(), newToken())).status).toBe(200);
});

test('[E6] what waits is not replaced', async () => {
  const { account, id, token, sealed } = await stored();
  const other = newToken();
  expect(await put(account, id, other)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  expect((await open(id, other)).status).toBe(404);
  expect(sealedIn(await open(id, token))).toBe(sealed);
});

test('[E6] at most ten wait at once; those that were read or expired make room', async () => {
  const account = await service.newAccount();
  const leave = async () => {
    const [id, token] = [account.accountId + newId(), newToken()];
    return { id, token, ...(await put(account, id, token)) };
  };
  const left = await Promise.all(Array.from({ length: limits.MAILBOXES_MAX + 3 }, leave));
  const waiting = left.filter(({ status }) => status === 200);
  expect(waiting).toHaveLength(10);
  expect(left.find(({ status }) => status === 422)?.body).toMatchObject({ code: 'too_many_mailboxes' });

  await open(waiting[0]!.id, waiting[0]!.token);
  expect([(await leave()).status, (await leave()).status]).toEqual([200, 422]);
  await moveClock(account.accountId, 600);
  expect((await leave()).status).toBe(200);
  expect(await service.sql('select from mailbox where account_id = $1', [account.accountId])).toHaveLength(1);
});

test('[E6] of a token only its hash is stored', async () => {
  const { account, token } = await stored();
  const [row] = await service.sql<{ row: string; token_hash: Buffer }>(
    'select mailbox::text as row, token_hash from mailbox where account_id = $1',
    [account.accountId],
  );
  expect(row?.token_hash.toString('hex')).toBe(hashOf(token));
  expect(row?.row).not.toContain(token);
});

test('[E7] a mailbox under way when its key is revoked is not stored, and one that waits goes with a device', async () => {
  const owner = await service.newAccount();
  const { body } = await owner.ask<ApiKeyCreated>('POST', '/v1/auth/api-keys', { label: 'lost' });
  const lost = accountOf(service.app, body.key_id, body.api_key);
  await lost.ask('PATCH', '/v1/devices', { device_id: 'b'.repeat(16) });
  const [id, token] = [owner.accountId + newId(), newToken()];
  await put(lost, id, token);
  const held = await service.holdAccount(owner.accountId);
  const revoked = owner.ask('DELETE', '/v1/devices', { device_id: 'b'.repeat(16) });
  await service.untilWaiting(1);
  const underWay = put(lost, owner.accountId + newId(), newToken());
  await service.untilWaiting(2);
  await held.letGo();
  expect([(await revoked).status, (await underWay).status]).toEqual([200, 401]);
  expect(await service.sql('select from mailbox where account_id = $1', [owner.accountId])).toEqual([]);
});

test.each([
  ['too long', { token_hash: 'a'.repeat(64), sealed: sealedText(limits.MAILBOX_BYTES_MAX + 3) }, 'sealed'],
  ['not sealed', { token_hash: 'a'.repeat(64), sealed: 'my secret' }, 'sealed'],
  ['without a hash', { sealed: sealedText() }, 'token_hash'],
])('[D10] a message that is %s is refused by name', async (_, body, field) => {
  const account = await service.newAccount();
  expect(await account.ask('PUT', `/v1/pairing/${account.accountId}${newId()}`, body)).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', fields: [field] },
  });
});
