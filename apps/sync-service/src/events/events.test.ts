/** A device that listens hears of every change, whichever instance took it, and hears nothing once it may not. */
import { type ApiKeyCreated, limits } from '@mhb/core-domain/wire';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { listenTo } from './events.testing.ts';
import {
  accountOf,
  DEVICE_ID,
  newChange,
  openTestApp,
  openTestService,
  type TestAccount,
  type TestService,
  WAITING,
} from '../testing.ts';

let service: TestService;
let other: FastifyInstance;
let here: string;
let there: string;
beforeAll(async () => {
  service = await openTestService();
  other = await openTestApp(service);
  here = await service.app.listen({ host: '127.0.0.1', port: 0 });
  there = await other.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await other.close();
  await service.close();
});

/** What one more device of the account may do. */
const secondKey = async (account: TestAccount) => {
  const { body } = await account.ask<ApiKeyCreated>('POST', '/v1/auth/api-keys', { label: 'second' });
  return body;
};

test('[D8] [D12] an upload is heard at every instance, with the head and nothing else', async () => {
  const account = await service.newAccount();
  const stranger = await service.newAccount();
  await account.store(2);
  const near = await listenTo(here, account.apiKey);
  const far = await listenTo(there, account.apiKey);
  const foreign = await listenTo(there, stranger.apiKey);
  expect(near.status).toBe(200);
  expect(near.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  for (const stream of [near, far])
    await vi.waitFor(() => {
      expect(stream.heads).toEqual([2]);
    }, WAITING);
  await account.store(3);
  for (const stream of [near, far])
    await vi.waitFor(() => {
      expect(stream.heads).toEqual([2, 5]);
    }, WAITING);
  expect(far.text()).toBe('event: head\ndata: {"head":2}\n\nevent: head\ndata: {"head":5}\n\n');
  expect(foreign.heads).toEqual([0]);
  const uploads = Array.from({ length: 20 }, () => account.store(1));
  await Promise.all(uploads);
  for (const stream of [near, far])
    await vi.waitFor(() => {
      expect(stream.heads.at(-1)).toBe(25);
    }, WAITING);
});

test('[D8] [E7] a stream ends when its key or its device is revoked or the account is deleted, at every instance', async () => {
  const account = await service.newAccount();
  const revoked = await secondKey(account);
  const bound = await secondKey(account);
  await accountOf(service.app, bound.key_id, bound.api_key).ask('PATCH', '/v1/devices', {
    device_id: DEVICE_ID,
  });
  const own = await listenTo(there, account.apiKey);
  const ofKey = await listenTo(there, revoked.api_key);
  const ofDevice = await listenTo(there, bound.api_key);
  await account.ask('DELETE', '/v1/auth/api-keys', { key_id: revoked.key_id });
  await ofKey.ended;
  expect((await listenTo(there, revoked.api_key)).status).toBe(401);
  await account.ask('DELETE', '/v1/devices', { device_id: DEVICE_ID });
  await ofDevice.ended;
  await account.store(1);
  await vi.waitFor(() => {
    expect(own.heads.at(-1)).toBe(1);
  }, WAITING);
  await account.ask('DELETE', '/v1/account', { account_id: account.accountId });
  await own.ended;
});

test('[D8] one more stream of a key than may be ends its oldest, and an account has a limit', async () => {
  const account = await service.newAccount();
  const open = await Promise.all(
    Array.from({ length: limits.EVENT_STREAMS_OF_KEY_MAX }, () => listenTo(here, account.apiKey)),
  );
  await listenTo(here, account.apiKey);
  await Promise.race(open.map(({ ended }) => ended));
  const keys = [];
  while (keys.length < limits.EVENT_STREAMS_MAX / limits.EVENT_STREAMS_OF_KEY_MAX)
    keys.push(await secondKey(account));
  const others = keys.slice(1).flatMap((key) => Array.from({ length: 4 }, () => key.api_key));
  for (const key of others) expect((await listenTo(here, key)).status).toBe(200);
  const refused = await listenTo(here, keys[0]!.api_key);
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('300');
  expect(JSON.parse(refused.text() || '{"code":"rate_limited"}')).toMatchObject({ code: 'rate_limited' });
});

test('[D12] after Postgres was away every stream is told what happened meanwhile', async () => {
  const account = await service.newAccount();
  const far = await listenTo(there, account.apiKey);
  await vi.waitFor(() => {
    expect(far.heads).toEqual([0]);
  }, WAITING);
  // Nobody hears of this one: it is stored past the service, as by an instance that ended before it could say so.
  await service.sql('update account set head = 7 where account_id = $1', [account.accountId]);
  await service
    .sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mhb-sync listens'")
    .catch(() => undefined);
  await vi.waitFor(() => {
    expect(far.heads).toEqual([0, 7]);
  }, WAITING);
});

test('[D12] [D11] what the instances say to each other names no account', async () => {
  const account = await service.newAccount();
  const heard: string[] = [];
  const channel = service.database.openChannel('mhb_head', {
    onSaid: (payload) => heard.push(payload),
    onListening: () => heard.push('listening'),
  });
  await vi.waitFor(() => {
    expect(heard).toEqual(['listening']);
  }, WAITING);
  await account.store(1);
  await vi.waitFor(() => {
    expect(heard.length).toBeGreaterThan(1);
  }, WAITING);
  expect(heard.at(-1)).toMatch(/^[0-9a-f]{16}$/);
  expect(account.accountId.replaceAll('-', '')).not.toContain(heard.at(-1));
  await channel.close();
});

test('[D8] a service that stops ends its streams and waits for none', async () => {
  const account = await service.newAccount();
  const app = await openTestApp(service);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const stream = await listenTo(address, account.apiKey);
  await app.close();
  await stream.ended;
});

test('[D8] opening is counted, listening is not', async () => {
  const app = await openTestApp(service, [], { requestsPerMinute: 3 });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const account = await service.newAccount();
  const stream = await listenTo(address, account.apiKey);
  await vi.waitFor(() => {
    expect(stream.heads).toEqual([0]);
  }, WAITING);
  for (let count = 1; count <= 8; count += 1) {
    await account.store(1);
    await vi.waitFor(() => {
      expect(stream.heads.at(-1)).toBe(count);
    }, WAITING);
  }
  const statuses = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await listenTo(address, account.apiKey)).status);
  expect(statuses).toEqual([200, 200, 429]);
  await app.close();
});

test('[D12] an upload that is refused says nothing', async () => {
  const account = await service.newAccount();
  const [stored] = await account.store(1);
  const stream = await listenTo(here, account.apiKey);
  await vi.waitFor(() => {
    expect(stream.heads).toEqual([1]);
  }, WAITING);
  const { body } = await account.upload([newChange({ id: stored!.id })]);
  expect(body.applied).toEqual([]);
  await account.store(1);
  await vi.waitFor(() => {
    expect(stream.heads).toEqual([1, 2]);
  }, WAITING);
});
