/** What monitoring is told: counts by route and status, and nothing of anybody. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listenTo } from './events/events.testing.ts';
import { openMetrics, serveMetrics } from './metrics.ts';
import { createApp } from './app.ts';
import { dataFolder, serve } from './process.testing.ts';
import { accountOf, openTestService, type TestService, WAITING } from './testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

test('[D8] [D11] the figures count requests and streams by route, and name no account, key or record', async () => {
  const metrics = await openMetrics();
  const app = await createApp({ ...service, logger: false, metrics });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const { port, close } = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
  const { accountId, keyId, apiKey } = await service.newAccount();
  const account = accountOf(app, keyId, apiKey);
  const [stored] = await account.store(2);
  await account.ask('GET', `/v1/nothing/${accountId}`);
  const stream = await listenTo(address, apiKey);
  await vi.waitFor(() => {
    expect(stream.heads).toEqual([2]);
  }, WAITING);
  const answer = await fetch(`http://127.0.0.1:${String(port)}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  const text = await answer.text();
  expect(text).toContain('mhb_sync_requests_total{method="POST",route="/v1/sync/upload",status="200"} 1');
  expect(text).toContain('mhb_sync_requests_total{method="GET",route="unknown",status="404"} 1');
  expect(text).toContain('mhb_sync_event_streams 1');
  for (const secret of [accountId, accountId.replaceAll('-', ''), keyId, apiKey, stored!.id])
    expect(text).not.toContain(secret);
  expect((await fetch(`http://127.0.0.1:${String(port)}/`)).status).toBe(404);
  // The service itself has no such address.
  expect((await fetch(`${address}/metrics`)).status).toBe(404);
  close();
  await app.close();
});

test('[D8] mhb-sync serve tells its figures where it was asked to, and nowhere otherwise', async () => {
  const silent = await serve(dataFolder());
  expect(silent.stderr()).not.toContain('/metrics');
  await silent.stop();
  const telling = await serve(dataFolder(), [], { MHB_SYNC_METRICS_PORT: '0' });
  const url = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(telling.stderr())?.[0] ?? '';
  expect((await fetch(url)).status).toBe(200);
  expect((await telling.stop()).exit).toBe(0);
}, 120_000);
