/** What becomes of a request whose connection was closed by the other side before there was any answer. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { MailboxId } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { askService, type Route } from './ask-service.ts';
import { connectSyncApi } from './sync-api.ts';

const ROUTE: Route<object> = { method: 'POST', path: '/x', answer: z.object({}) };
const OFFLINE = { ok: false, error: { type: 'Offline' } };

/** A server that treats the first requests as it is told, and answers the others. */
const serve = async (first: readonly ((request: IncomingMessage, response: ServerResponse) => void)[]) => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const treat = first[paths.length];
    paths.push(`${request.method ?? ''} ${request.url ?? ''}`);
    request.resume().on('end', () => {
      if (treat === undefined) response.setHeader('content-type', 'application/json').end('{}');
      else treat(request, response);
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { paths, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
};

const answer = (_request: IncomingMessage, response: ServerResponse): void => {
  response.setHeader('content-type', 'application/json').end('{}');
};
const close = ({ socket }: IncomingMessage): void => {
  socket.end();
};
const reset = ({ socket }: IncomingMessage): void => {
  socket.resetAndDestroy();
};

test.each([
  ['closed', close],
  ['reset', reset],
])('[D4] a kept connection that is %s under a request is no reason to be offline', async (_how, lose) => {
  const { url, paths } = await serve([answer, lose]);
  expect(await askService({ url }, ROUTE, { n: 1 })).toMatchObject({ ok: true });
  expect(await askService({ url }, ROUTE, { n: 2 })).toMatchObject({ ok: true });
  expect(paths).toHaveLength(3);
});

test('[D4] a request is repeated once and no more', async () => {
  const { url, paths } = await serve([close, reset]);
  expect(await askService({ url }, ROUTE, {})).toEqual(OFFLINE);
  expect(paths).toHaveLength(2);
});

test('[D4] an answer that breaks off is not asked for again by itself', async () => {
  const breakOff = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{', () => response.destroy());
  };
  const { url, paths } = await serve([breakOff]);
  expect(await askService({ url }, ROUTE, {})).toEqual(OFFLINE);
  expect(paths).toHaveLength(1);
});

test('[E6] a mailbox is never asked for twice, and no key is made twice', async () => {
  const { url, paths } = await serve([close, close]);
  const api = connectSyncApi({ url });
  const id = MailboxId.parse('0'.repeat(64));
  expect(await api.openMailbox({ id, token: '0'.repeat(64) })).toEqual(OFFLINE);
  expect(await api.createKey({ label: 'x' })).toEqual(OFFLINE);
  expect(paths).toEqual([`GET /v1/pairing/${id}`, 'POST /v1/auth/api-keys']);
});
