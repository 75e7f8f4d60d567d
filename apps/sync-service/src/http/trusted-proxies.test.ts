/** Plain http is for this computer and for the proxy that does TLS; what a proxy says counts from that one alone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder, run, serve } from '../process.testing.ts';
import { WRONG_KEYS_PER_MINUTE } from './rate-limits.ts';
import { openTestApp, openTestService, type TestService } from '../testing.ts';
import { isLoopback, parseProxies } from './trusted-proxies.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const PROXY = '10.0.0.7';
const STRANGER = '203.0.113.9';

const behindProxy = () =>
  openTestApp(service, [], { requestsPerMinute: 600, trustedProxies: parseProxies(`${PROXY}, fd00::/8`)! });

type App = Awaited<ReturnType<typeof behindProxy>>;

const askFrom = async (
  app: App,
  remoteAddress: string,
  headers: Readonly<Record<string, string>> = {},
  url = '/v1/account',
): Promise<number> => (await app.inject({ url, remoteAddress, headers })).statusCode;

test.each(['0.0.0.0', '::', '192.0.2.1', 'sync.example'])(
  '[D9] on %s the service does not start with plain http, and nothing is made',
  async (host) => {
    const folder = join(dataFolder(), 'not-yet');
    const { exit, stdout, stderr } = await run([
      'serve',
      '--port',
      '0',
      '--data-dir',
      folder,
      '--host',
      host,
    ]);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `mhb-sync: On ${host} API keys would cross the network in the clear. Give MHB_SYNC_TLS_CERTIFICATE_FILE and MHB_SYNC_TLS_KEY_FILE, or name the proxy that does TLS in MHB_SYNC_TRUSTED_PROXY.\n`,
    );
    expect(existsSync(folder)).toBe(false);
  },
);

test('[D9] with a trusted proxy named it starts on every address', async () => {
  const running = await serve(dataFolder(), [], {
    MHB_SYNC_HOST: '0.0.0.0',
    MHB_SYNC_TRUSTED_PROXY: PROXY,
  });
  const { port } = new URL(running.address);
  expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
  await running.stop();
});

test('[D9] plain http from anybody but this computer and the proxy is refused before a key is looked at', async () => {
  const app = await behindProxy();
  expect(await askFrom(app, '127.0.0.1')).toBe(401);
  expect(await askFrom(app, '::ffff:127.0.0.1')).toBe(401);
  expect(await askFrom(app, PROXY)).toBe(401);
  expect(await askFrom(app, `::ffff:${PROXY}`)).toBe(401);
  expect(await askFrom(app, 'fd12::1')).toBe(401);
  expect(await askFrom(app, STRANGER)).toBe(421);
  expect(await askFrom(app, '10.0.0.8')).toBe(421);
  await app.close();
});

test('[D9] nobody becomes trusted by what they say of themselves', async () => {
  const app = await behindProxy();
  for (const headers of [
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-for': PROXY, 'x-forwarded-proto': 'https' },
    { forwarded: `for=127.0.0.1;proto=https` },
  ])
    expect(await askFrom(app, STRANGER, headers)).toBe(421);
  await app.close();
});

test('[D9] what the proxy was asked over plain http is refused, unless it was asked on this computer', async () => {
  const app = await behindProxy();
  const from = (address: string, proto: string) => ({
    'x-forwarded-for': address,
    'x-forwarded-proto': proto,
  });
  expect(await askFrom(app, PROXY, from(STRANGER, 'https'))).toBe(401);
  expect(await askFrom(app, PROXY, from(STRANGER, 'http'))).toBe(421);
  expect(await askFrom(app, PROXY, from('127.0.0.1', 'http'))).toBe(401);
  await app.close();
});

test('[D9] whoever supervises the service may ask from anywhere whether it is there', async () => {
  const app = await behindProxy();
  expect(await askFrom(app, STRANGER, {}, '/health')).toBe(200);
  expect(await askFrom(app, STRANGER, {}, '/ready')).toBe(200);
  expect(await askFrom(app, STRANGER, {}, '/openapi.json')).toBe(421);
  await app.close();
});

test('[D8] wrong keys are counted by the address that the proxy names', async () => {
  const app = await behindProxy();
  const from = (address: string) => askFrom(app, PROXY, { 'x-forwarded-for': address });
  for (let times = 0; times < WRONG_KEYS_PER_MINUTE; times += 1) expect(await from('198.51.100.1')).toBe(401);
  expect(await from('198.51.100.1')).toBe(429);
  expect(await from('198.51.100.2')).toBe(401);
  // The proxy puts the address it sees behind what it was told.
  expect(await from('198.51.100.3, 198.51.100.1')).toBe(429);
  await app.close();
});

test('[D8] without a trusted proxy X-Forwarded-For changes nothing', async () => {
  const app = await openTestApp(service, [], { requestsPerMinute: 600 });
  const from = (address: string) => askFrom(app, '127.0.0.1', { 'x-forwarded-for': address });
  for (let times = 0; times < WRONG_KEYS_PER_MINUTE; times += 1)
    expect(await from(`198.51.100.${String(times)}`)).toBe(401);
  expect(await from('198.51.100.200')).toBe(429);
  await app.close();
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['localhost', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['localhost.example', false],
  ['127.0.0.1.example', false],
  ['', false],
])('[D9] %s is of this computer alone: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});
