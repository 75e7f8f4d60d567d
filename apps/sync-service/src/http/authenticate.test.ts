/** Whoever is not let in learns nothing from how they are refused. */
import { type ApiKeyCreated, formatApiKey, KeyId } from '@mhb/core-domain/wire';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEVICE_ID, newId, openTestService, type TestAccount, type TestService } from '../testing.ts';

let service: TestService;
let owner: TestAccount;
let revoked: ApiKeyCreated;
beforeAll(async () => {
  service = await openTestService();
  owner = await service.newAccount();
  revoked = (await owner.ask<ApiKeyCreated>('POST', '/v1/auth/api-keys', { label: 'old' })).body;
  await owner.ask('DELETE', '/v1/auth/api-keys', { key_id: revoked.key_id });
});
afterAll(() => service.close());

const refused = async (authorization: string | undefined, url = '/v1/keyring') => {
  const { statusCode, headers, rawPayload } = await service.app.inject({
    url,
    headers: authorization === undefined ? {} : { authorization },
  });
  const { date: _, ...others } = headers;
  return { statusCode, headers: others, bytes: rawPayload.toString('hex') };
};

const secret = 'ab'.repeat(32);
const wrongKeys: readonly { readonly what: string; readonly header: () => string | undefined }[] = [
  { what: 'no', header: () => undefined },
  { what: 'an empty', header: () => '' },
  { what: 'a malformed', header: () => 'Bearer mhb_something' },
  { what: 'another scheme than a bearer', header: () => `Basic ${owner.apiKey}` },
  {
    what: 'a mistyped',
    header: () => `Bearer ${owner.apiKey.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}`,
  },
  { what: 'a very long', header: () => `Bearer ${'m'.repeat(4_000)}` },
  {
    what: 'an unknown',
    header: () => `Bearer ${formatApiKey({ keyId: KeyId.parse(owner.accountId + 'f'.repeat(16)), secret })}`,
  },
  {
    what: 'an unknown account’s',
    header: () => `Bearer ${formatApiKey({ keyId: KeyId.parse('0'.repeat(48)), secret })}`,
  },
  {
    what: 'a wrong',
    header: () => `Bearer ${formatApiKey({ keyId: KeyId.parse(owner.keyId), secret })}`,
  },
  { what: 'a revoked', header: () => `Bearer ${revoked.api_key}` },
];

test.each(wrongKeys)('[D9] $what key gets the same 401, byte for byte', async ({ header }) => {
  const answer = await refused(header());
  expect(answer.statusCode).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Bearer');
  expect(answer).toEqual(await refused('Bearer x'));
});

test('[D9] a right key is let in, so the refusals are not the answer to everybody', async () => {
  expect((await owner.ask('GET', '/v1/keyring')).status).toBe(200);
});

const doors = [
  { method: 'GET', url: '/v1/auth/api-keys', scope: 'account', body: undefined },
  { method: 'POST', url: '/v1/auth/api-keys', scope: 'account', body: { label: 'x' } },
  { method: 'DELETE', url: '/v1/auth/api-keys', scope: 'account', body: { key_id: '0'.repeat(48) } },
  { method: 'GET', url: '/v1/devices', scope: 'sync', body: undefined },
  { method: 'PATCH', url: '/v1/devices', scope: 'sync', body: { device_id: DEVICE_ID } },
  { method: 'DELETE', url: '/v1/devices', scope: 'account', body: { device_id: 'f'.repeat(16) } },
  { method: 'GET', url: '/v1/keyring', scope: 'sync', body: undefined },
  {
    method: 'PUT',
    url: `/v1/pairing/${'0'.repeat(64)}`,
    scope: 'account',
    body: { token_hash: '0'.repeat(64), sealed: '' },
  },
  {
    method: 'PUT',
    url: '/v1/keyring',
    scope: 'sync',
    body: { base_generation: 9, sealed: '', recovery: '' },
  },
  {
    method: 'POST',
    url: '/v1/sync/upload',
    scope: 'sync',
    body: { device_id: DEVICE_ID, batch_id: newId(), changes: [{ id: newId(), base: 0, sealed: '' }] },
  },
  { method: 'POST', url: '/v1/sync/download', scope: 'sync', body: { device_id: DEVICE_ID, since: null } },
] as const;

test.each(doors)(
  '[D9] $method $url lets in the scope $scope and no other',
  async ({ method, url, scope, body }) => {
    const send = async (scopes: readonly string[]) => {
      const label = scopes.join(' and ');
      const { body: key } = await owner.ask<ApiKeyCreated>('POST', '/v1/auth/api-keys', { label, scopes });
      return service.app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${key.api_key}` },
        ...(body === undefined ? {} : { payload: body }),
      });
    };
    const other = await send([scope === 'sync' ? 'account' : 'sync']);
    expect([other.statusCode, other.json<{ code: string }>().code]).toEqual([403, 'forbidden']);
    expect([401, 403]).not.toContain((await send([scope])).statusCode);
  },
);

test.each(doors)('[D9] $method $url lets nobody in without a key', async ({ method, url, body }) => {
  const answer = await service.app.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
  expect(answer.statusCode).toBe(401);
});

test('[D9] of a key only the SHA-256 of its secret is stored', async () => {
  const [, keyId, secretOfKey] = owner.apiKey.split('_');
  const [row] = await service.sql<{ row: string; secret_hash: Buffer }>(
    'select api_key::text as row, secret_hash from api_key where key_id = $1',
    [keyId],
  );
  const bytes = Buffer.from(secretOfKey!, 'hex');
  expect(row?.secret_hash).toEqual(createHash('sha256').update(bytes).digest());
  expect(row?.row).not.toContain(secretOfKey);
  expect(row?.row).not.toContain(bytes.toString('base64'));
});

test('[D9] there is no way to make an account over the network', async () => {
  const { paths } = (await service.app.inject({ url: '/openapi.json' })).json<{ paths: object }>();
  expect(Object.keys(paths).toSorted()).toEqual([
    '/health',
    '/openapi.json',
    '/ready',
    '/v1/account',
    '/v1/auth/api-keys',
    '/v1/devices',
    '/v1/keyring',
    '/v1/pairing/{mailbox}',
    '/v1/sync/digest',
    '/v1/sync/download',
    '/v1/sync/events',
    '/v1/sync/limits',
    '/v1/sync/upload',
  ]);
});
