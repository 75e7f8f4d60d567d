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

test('[D10] [D12] a request that comes while the service stops is answered like any other', async () => {
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
