/** What is in front of the service is told in time where not to send requests, and the service goes on meanwhile. */
import { expect, test, vi } from 'vitest';
import { makeCluster, startCluster } from './database/cluster.testing.ts';
import { ask, createAccountIn, dataFolder, type RunningService, serve } from './process.testing.ts';
import { DEVICE_ID, newChange, newId, WAITING } from './testing.ts';

const statusOf = async ({ address }: Pick<RunningService, 'address'>, path: string): Promise<number> =>
  (await fetch(address + path)).status;

const figuresOf = async (service: RunningService): Promise<string> => {
  const url = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(service.stderr())?.[0] ?? '';
  return (await fetch(url)).text();
};

const METRICS = { MHB_SYNC_METRICS_PORT: '0' };

test('[O6] told to stop, it says that it is not ready and answers everything else until the time is over', async () => {
  const folder = dataFolder();
  const service = await serve(folder, [], { ...METRICS, MHB_SYNC_DRAIN_SECONDS: '3' });
  const account = await createAccountIn(folder);
  const upload = () =>
    ask(service, account, [
      'POST',
      '/v1/sync/upload',
      { device_id: DEVICE_ID, batch_id: newId(), changes: [newChange()] },
    ]);
  expect(await statusOf(service, '/ready')).toBe(200);
  expect(await figuresOf(service)).toMatch(/^mhb_sync_ready 1$/m);
  service.child.kill('SIGTERM');
  await vi.waitFor(async () => {
    expect(await statusOf(service, '/ready')).toBe(503);
  }, WAITING);
  expect((await upload()).status).toBe(200);
  expect(await statusOf(service, '/health')).toBe(200);
  expect(await figuresOf(service)).toMatch(/^mhb_sync_ready 0$/m);
  expect((await service.exited).exit).toBe(0);
});

test('[O6] without a certificate to read again, SIGHUP stops it as SIGTERM does', async () => {
  const service = await serve(dataFolder());
  service.child.kill('SIGHUP');
  expect((await service.exited).exit).toBe(0);
});

test('[D12] while its database is away it is alive and not ready, and ready again by itself', async () => {
  const folder = await makeCluster();
  const first = await startCluster(folder);
  const service = await serve(dataFolder(), [], { ...METRICS, DATABASE_URL: first.url });
  expect(await statusOf(service, '/ready')).toBe(200);
  await first.stop();
  const away = await fetch(`${service.address}/ready`);
  expect([away.status, await away.json()]).toMatchObject([503, { code: 'unavailable' }]);
  expect(away.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await statusOf(service, '/health')).toBe(200);
  expect(await figuresOf(service)).toMatch(/^mhb_sync_ready 0$/m);
  await startCluster(folder);
  await vi.waitFor(async () => {
    expect(await statusOf(service, '/ready')).toBe(200);
  }, WAITING);
  expect(await figuresOf(service)).toMatch(/^mhb_sync_ready 1$/m);
  expect((await service.stop()).exit).toBe(0);
});
