/** What a service that stops does with a connection that stands: it answers what comes over it, and then ends it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  DEVICE_ID,
  newChange,
  newId,
  openTestApp,
  openTestService,
  type TestService,
  WAITING,
} from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

/** An application that listens, a connection to it, and an upload on that which waits for its account. */
const beginUpload = async () => {
  const app = await openTestApp(service);
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  const { accountId, apiKey } = await service.newAccount();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const answered = text(socket);
  const send = (method: string, path: string, body = ''): void => {
    socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${apiKey}\r\n` +
        (body === '' ? '' : `content-type: application/json\r\ncontent-length: ${String(body.length)}\r\n`) +
        `\r\n${body}`,
    );
  };
  const { letGo } = await service.holdAccount(accountId);
  const upload = { device_id: DEVICE_ID, batch_id: newId(), changes: [newChange()] };
  send('POST', '/v1/sync/upload', JSON.stringify(upload));
  await service.untilWaiting(1);
  return { app, send, letGo, answered };
};

test('[D12] a connection that becomes idle while the service stops is not waited for', async () => {
  const { app, letGo, answered } = await beginUpload();
  const closed = app.close();
  await vi.waitFor(() => {
    expect(app.server.listening).toBe(false);
  }, WAITING);
  await letGo();
  const begunAt = performance.now();
  await closed;
  // One that nobody ends stays for 130 s.
  expect(performance.now() - begunAt).toBeLessThan(5_000);
  expect(await answered).toMatch(/^HTTP\/1\.1 200 /);
});

test('[D12] a connection over which nothing comes, or half a request, does not keep a service that stops', async () => {
  const app = await openTestApp(service);
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  const [silent, half] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
  half.write('GET /health HTTP/1.1\r\nhost:');
  await vi.waitFor(async () => {
    expect(
      await new Promise(
        (resolve) =>
          void app.server.getConnections((_, many) => {
            resolve(many);
          }),
      ),
    ).toBe(2);
  }, WAITING);
  const begunAt = performance.now();
  await app.close();
  expect(performance.now() - begunAt).toBeLessThan(5_000);
  silent.destroy();
  half.destroy();
});

test('[D10] [D12] a request that comes while the service stops is answered like any other', async () => {
  const { app, send, letGo, answered } = await beginUpload();
  const closed = app.close();
  await vi.waitFor(() => {
    expect(app.server.listening).toBe(false);
  }, WAITING);
  send('GET', '/v1/sync/limits');
  await letGo();
  await closed;
  const answers = (await answered).split('HTTP/1.1 ').slice(1);
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['200', '200']);
  expect(answers[1]).toMatch(/^connection: close\r$/im);
  expect(answers[1]).toContain('"records_max":');
});
