/** The keys of an account: listed without their secrets, made up to a limit, revoked for good. */
import { type ApiKeyCreated, type ApiKeyList, limits } from '@mhb/core-domain/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf, openTestService, type TestAccount, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const PATH = '/v1/auth/api-keys';
const make = (account: TestAccount, label: string) => account.ask<ApiKeyCreated>('POST', PATH, { label });
const list = async ({ ask }: Pick<TestAccount, 'ask'>) => (await ask<ApiKeyList>('GET', PATH)).body.keys;

test('[D9] keys are listed with label, scopes and days, and never with anything of their secrets', async () => {
  const account = await service.newAccount();
  const { body: made } = await make(account, 'Phone 📱');
  const keys = await list(account);
  const day: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
  const both = { scopes: ['sync', 'account'], created_on: day, revoked_on: null };
  expect(keys).toHaveLength(2);
  expect(keys).toContainEqual({
    key_id: account.keyId,
    label: 'first device',
    last_used_on: day,
    is_this: true,
    ...both,
  });
  expect(keys).toContainEqual({
    key_id: made.key_id,
    label: 'Phone 📱',
    last_used_on: null,
    is_this: false,
    ...both,
  });
});

test('[D9] a new key works at once, and after it was revoked at once no more', async () => {
  const account = await service.newAccount();
  const { body: made } = await make(account, 'tablet');
  const other = accountOf(service.app, made.key_id, made.api_key);
  expect((await other.ask('GET', '/v1/keyring')).status).toBe(200);
  expect(await account.ask('DELETE', PATH, { key_id: made.key_id })).toMatchObject({
    status: 200,
    body: { key_id: made.key_id },
  });
  expect((await other.ask('GET', '/v1/keyring')).status).toBe(401);
  const revoked = (await list(account)).find(({ key_id }) => key_id === made.key_id);
  expect(revoked?.revoked_on).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test('[D9] revoking again is answered alike, and a key may revoke itself', async () => {
  const account = await service.newAccount();
  const { body: made } = await make(account, 'tablet');
  const revoke = (key: Pick<TestAccount, 'ask'>, keyId: string) => key.ask('DELETE', PATH, { key_id: keyId });
  expect((await revoke(account, made.key_id)).status).toBe(200);
  expect((await revoke(account, made.key_id)).status).toBe(200);
  expect((await revoke(account, account.keyId)).status).toBe(200);
  expect((await revoke(account, account.keyId)).status).toBe(401);
});

test('[D9] a key of another account is not found, and stays', async () => {
  const [mine, theirs] = [await service.newAccount(), await service.newAccount()];
  expect(await mine.ask('DELETE', PATH, { key_id: theirs.keyId })).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  });
  expect((await theirs.ask('GET', '/v1/keyring')).status).toBe(200);
});

test('[D9] an account has at most 100 living keys, also when they are made at once', async () => {
  expect(limits.API_KEYS_MAX).toBe(100);
  const account = await service.newAccount();
  await service.sql(
    `insert into api_key (account_id, key_id, secret_hash, label, scopes, created_on)
     select $1, 'filled ' || n, '', 'filled', '{sync}', current_date from generate_series(1, 97) as n`,
    [account.accountId],
  );
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((label) => make(account, label)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 422, 422, 422]);
  expect(answers.find(({ status }) => status === 422)?.body).toMatchObject({ code: 'too_many_keys' });

  const made = answers.find(({ status }) => status === 200);
  await account.ask('DELETE', PATH, { key_id: made?.body.key_id });
  expect((await make(account, 'in its place')).status).toBe(200);
});

test.each([
  ['empty', { label: '' }],
  ['too long', { label: 'x'.repeat(101) }],
  ['more than one line', { label: 'a\nb' }],
  ['not a text', { label: 7 }],
])('[D9] a label that is %s is refused by name', async (_, body) => {
  const account = await service.newAccount();
  expect(await account.ask('POST', PATH, body)).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', fields: ['label'] },
  });
});

test.each([[[]], [['admin']], [['sync', 'sync', 'sync']]])(
  '[D9] the scopes %j are refused',
  async (scopes) => {
    const account = await service.newAccount();
    const answer = await account.ask('POST', PATH, { label: 'x', scopes });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  },
);

test('[D9] what was used is remembered by the day and no closer', async () => {
  const account = await service.newAccount();
  await account.ask('GET', '/v1/keyring');
  const [row] = await service.sql<{ type: string; is_today: boolean }>(
    `select pg_typeof(last_used_on)::text as type, last_used_on = current_date as is_today
     from api_key where key_id = $1`,
    [account.keyId],
  );
  expect(row).toEqual({ type: 'date', is_today: true });
});
