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

test.each([
  ['2', 2_000],
  ['3600', 3_600_000],
  ['3601', 3_600_000],
  ['999999999', 3_600_000],
  ['99999999999999999999', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['Fri, 31 Dec 9999 23:59:59 GMT', undefined],
])('[F87] a service that asks to be left alone for "%s" is, for an hour at most', async (asked, expected) => {
  const { url } = await serve((_request, response) => {
    response.writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': asked });
    response.end(JSON.stringify({ type: 'x', title: 'x', status: 429, code: 'rate_limited' }));
  });
  const answer = await askService({ url }, ROUTE);
  expect(answer).toEqual({
    ok: false,
    error: {
      type: 'Refused',
      code: 'rate_limited',
      ...(expected === undefined ? {} : { retry_after_ms: expected }),
    },
  });
});

test('[D5] an answer that is longer than any honest one is not read to its end', async () => {
  const { url } = await serve((_request, response) => {
    response.setHeader('content-type', 'application/json').write('{"filling":"');
    for (let mebibyte = 0; mebibyte < 9; mebibyte += 1) response.write('x'.repeat(1024 * 1024));
    response.end('"}');
  });
  expect(await askService({ url }, ROUTE)).toEqual({ ok: false, error: { type: 'ServiceMisbehaved' } });
});
