/** What is read from an event stream, and what is said of one that ends. */
import { err } from '@mhb/core-domain';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readHeads } from './read-heads.ts';
import { connectSyncApi } from './sync-api.ts';

test('[O8] heads are found however the text is cut, and nothing else is taken for one', () => {
  const text =
    ':\n\nevent: head\ndata: {"head":12}\n\nevent: other\ndata: {"head":99}\n\nevent: head\ndata: {"head":-1}\n\n' +
    'event: head\ndata: nonsense\n\nevent: head\ndata: {"head":13,"later":true}\n\n';
  for (let size = 1; size <= text.length; size += 7) {
    const heads: (number | undefined)[] = [];
    const feed = readHeads((head) => heads.push(head));
    for (let at = 0; at < text.length; at += size) feed(text.slice(at, at + size));
    expect(heads.filter((head) => head !== undefined)).toEqual([12, 13]);
  }
});

test('[O8] a line that never ends fills no memory, and the stream goes on behind it', () => {
  const heads: (number | undefined)[] = [];
  const feed = readHeads((head) => heads.push(head));
  for (let part = 0; part < 1_000; part += 1) feed('x'.repeat(1_000));
  feed('\n\nevent: head\ndata: {"head":3}\n\n');
  expect(heads.at(-1)).toBe(3);
});

const streamFrom = async (status: number, headers: Readonly<Record<string, string>>, body: string) => {
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const heads: number[] = [];
  const ended = await connectSyncApi({ url }).events((head) => {
    if (head !== undefined) heads.push(head);
  });
  return { heads, ended };
};
const PROBLEM = { 'content-type': 'application/problem+json' };
const problem = (code: string, status: number) =>
  JSON.stringify({ type: `urn:mental-health-bar:problem:${code}`, title: 'x', status, code });

test('[O8] a stream says its heads and why it ended', async () => {
  const streamed = await streamFrom(
    200,
    { 'content-type': 'text/event-stream' },
    'event: head\ndata: {"head":4}\n\n',
  );
  expect(streamed).toEqual({ heads: [4], ended: err({ type: 'Offline' }) });
  const limited = await streamFrom(429, { ...PROBLEM, 'retry-after': '7' }, problem('rate_limited', 429));
  expect(limited.ended).toEqual(err({ type: 'Refused', code: 'rate_limited', retry_after_ms: 7_000 }));
  const old = await streamFrom(404, PROBLEM, problem('not_found', 404));
  expect(old.ended).toEqual(err({ type: 'Refused', code: 'not_found' }));
  const portal = await streamFrom(200, { 'content-type': 'text/html' }, '<p>Sign in</p>');
  expect(portal.ended).toEqual(err({ type: 'NotASyncService' }));
});
