/** What one request does over a real connection when the service is too old, or the answer no longer wanted. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { askService } from './ask-service.ts';

const ROUTE = { method: 'GET', path: '/x', answer: z.object({}) } as const;

const serve = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
};

test.each([
  ['0-0', { ok: false, error: { type: 'ServiceTooOld' } }],
  ['1-1', { ok: true }],
  ['2-9', { ok: true }],
  [undefined, { ok: true }],
])('[D13] a service that understands versions %s', async (versions, expected) => {
  const { url } = await serve((_request, response) => {
    if (versions !== undefined) response.setHeader('mhb-protocol', versions);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  expect(await askService({ url }, ROUTE)).toMatchObject(expected);
});

test('[F90] a request that is ended lets go of its connection, and no other begins', async () => {
  const { server, url } = await serve(() => undefined);
  const ending = new AbortController();
  const asked = askService({ url, signal: ending.signal }, ROUTE);
  const [request] = (await once(server, 'request')) as [{ readonly socket: NodeJS.EventEmitter }];
  const closed = once(request.socket, 'close');
  ending.abort();
  expect(await asked).toEqual({ ok: false, error: { type: 'Offline' } });
  await closed;
  let connections = 0;
  server.on('connection', () => (connections += 1));
  expect((await askService({ url, signal: ending.signal }, ROUTE)).ok).toBe(false);
  expect(connections).toBe(0);
});
