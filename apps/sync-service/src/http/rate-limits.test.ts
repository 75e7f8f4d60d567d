/** How often one may ask, what the answers say of it, and whom it never holds up. */
import { parseApiKey } from '@mhb/core-domain/wire';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { newId, openTestService, type TestService } from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService(undefined, { requestsPerMinute: 3 });
});
afterAll(() => service.close());
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

const aMinuteLater = (): void => {
  vi.setSystemTime(Date.now() + 60_000);
};

const LIMITED = { type: 'urn:mental-health-bar:problem:rate_limited', status: 429, code: 'rate_limited' };

test('[D8] a key may ask as often as it is told, each key for itself, and again a minute later', async () => {
  const { ask } = await service.newAccount();
  const other = await service.newAccount();
  for (const remaining of [2, 1, 0]) {
    const { status, headers } = await ask('GET', '/v1/keyring');
    expect(status).toBe(200);
    expect(headers['ratelimit-policy']).toBe('"default";q=3;w=60');
    expect(headers.ratelimit).toBe(`"default";r=${String(remaining)};t=60`);
    expect(headers).not.toHaveProperty('retry-after');
  }
  vi.setSystemTime(Date.now() + 12_500);
  const refused = await ask('GET', '/v1/keyring');
  expect(refused).toMatchObject({ status: 429, body: LIMITED });
  expect(refused.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'retry-after': '48',
    ratelimit: '"default";r=0;t=48',
  });
  expect((await other.ask('GET', '/v1/keyring')).status).toBe(200);
  vi.setSystemTime(Date.now() + 48_000);
  expect((await ask('GET', '/v1/keyring')).status).toBe(200);
});

test('[D8] what the service says of its limits is what it was told', async () => {
  const { ask } = await service.newAccount();
  expect((await ask('GET', '/v1/sync/limits')).body).toMatchObject({ requests_per_minute: 3 });
});

test('[D8] wrong keys and tokens of one address are answered 60 times a minute; a right key always', async () => {
  const { ask, apiKey } = await service.newAccount();
  aMinuteLater();
  const wrong = async (index: number) => {
    const authorization = index % 2 === 0 ? 'Bearer x' : `Bearer ${apiKey.slice(0, -3)}abc`;
    const isMailbox = index % 3 === 0;
    return service.app.inject(
      isMailbox ? `/v1/pairing/${newId()}${newId()}` : { url: '/v1/keyring', headers: { authorization } },
    );
  };
  for (let index = 0; index < 60; index += 1) {
    expect((await wrong(index)).statusCode).toBe(index % 3 === 0 ? 404 : 401);
  }
  for (let index = 60; index < 66; index += 1) {
    const refused = await wrong(index);
    expect(refused.json()).toMatchObject(LIMITED);
    expect(refused.headers['retry-after']).toBe('60');
  }
  expect((await ask('GET', '/v1/keyring')).status).toBe(200);
  const elsewhere = await service.app.inject({ url: '/v1/keyring', remoteAddress: '192.0.2.7' });
  expect(elsewhere.statusCode).toBe(401);
  aMinuteLater();
  expect((await wrong(1)).statusCode).toBe(401);
});

test('[D8] the other addresses of one network of version 6 are the same address', async () => {
  const ask = (remoteAddress: string) => service.app.inject({ url: '/v1/keyring', remoteAddress });
  for (let index = 0; index < 60; index += 1) await ask(`2001:db8::${String(index)}`);
  expect((await ask('2001:db8::ffff')).statusCode).toBe(429);
  expect((await ask('2001:db8:1::1')).statusCode).toBe(401);
});

test('[D11] neither headers nor logs of what was refused tell of a key or an address', async () => {
  const { ask, apiKey, accountId, keyId } = await service.newAccount();
  const before = service.logLines.length;
  for (let index = 0; index < 3; index += 1) await ask('GET', '/v1/keyring');
  const refused = await ask('GET', '/v1/keyring');
  expect(refused.status).toBe(429);
  const written = JSON.stringify([refused.headers, refused.body, service.logLines.slice(before)]);
  const secret = parseApiKey(apiKey)?.secret ?? 'none';
  for (const told of [accountId, keyId, secret, '127.0.0.1']) expect(written).not.toContain(told);
});

test('[D8] without a limit nothing is counted', async () => {
  const unlimited = await openTestService();
  const { ask } = await unlimited.newAccount();
  for (let index = 0; index < 70; index += 1) {
    expect((await unlimited.app.inject('/v1/keyring')).statusCode).toBe(401);
    expect((await ask('GET', '/v1/keyring')).headers).not.toHaveProperty('ratelimit');
  }
  expect((await ask('GET', '/v1/sync/limits')).body).toMatchObject({ requests_per_minute: 0 });
  await unlimited.close();
});
