/**
 * Slow and broken clients at the real service: each is answered in bounded time or cut off, none of them leaves
 * anything behind, and whoever behaves hardly notices.
 */
import { isErrorCode, type Problem } from '@mhb/core-domain/wire';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  brokenBodies,
  brokenFrames,
  exchange,
  open,
  requestText,
  untilClosed,
  wrongKeys,
} from './raw-socket.ts';
import { startWatchedService, type WatchedService } from './watched-service.ts';

let service: WatchedService;
let apiKey: string;
beforeAll(async () => {
  service = await startWatchedService();
  ({ apiKey } = await service.newAccount());
});
afterAll(() => service.close());

const MIB = 1024 * 1024;

const statusOf = (answer: string): number | 'nothing' =>
  answer === '' ? 'nothing' : Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

const expectProblem = (answer: string): void => {
  const { code } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as Problem;
  expect(isErrorCode(code)).toBe(true);
};

/** On a machine that does other things too, one of a few is as quick as the service is. */
const quickest = async (bytes: Buffer | string): Promise<number> => {
  let least = Infinity;
  for (let attempt = 0; attempt < 20 && least > 50; attempt += 1)
    least = Math.min(least, (await exchange(service.url, bytes)).ms);
  return least;
};

const device = (key = apiKey) => ({
  ask: async (
    path: string,
    body: unknown,
  ): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> => {
    const answer = await fetch(service.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> };
  },
});

const DEVICE_ID = '00000000000000a1';
const newId = (): string => randomBytes(16).toString('hex');
const upload = (count: number, bytes: number) => ({
  device_id: DEVICE_ID,
  batch_id: newId(),
  changes: Array.from({ length: count }, () => ({
    id: newId(),
    base: 0,
    sealed: Buffer.concat([Buffer.from([1, 1]), randomBytes(bytes - 2)]).toString('base64'),
  })),
});
const headOf = async (key: string): Promise<unknown> =>
  (await device(key).ask('/v1/sync/download', { device_id: DEVICE_ID, since: null, limit: 1 })).body.head;

describe('what is broken is refused', () => {
  test.each(brokenBodies)('[D10] a body: $what', async ({ bytes, status }) => {
    const request = bytes(apiKey);
    const { text } = await exchange(service.url, request);
    // The rest of a body that is too large is not read, and may cut off the answer.
    if (status !== 413 || text !== '') {
      expect(statusOf(text)).toBe(status);
      expectProblem(text);
    }
    if (request.length < 1_000_000) expect(await quickest(request)).toBeLessThan(50);
  });

  test.each(brokenFrames)('[D10] a request: $what', async ({ bytes, status, closes = false }) => {
    const { text, closed, ms } = await exchange(service.url, bytes(apiKey));
    expect(statusOf(text)).toBe(status);
    if (status !== 'nothing' && status >= 400) expectProblem(text);
    if (closes) expect(closed).toBe(true);
    expect(ms).toBeLessThan(1_000);
  });

  test('[D9] every key that lets nobody in gets the same answer, byte for byte', async () => {
    const answers = new Set<string>();
    for (const key of wrongKeys(apiKey)) {
      const { text } = await exchange(
        service.url,
        requestText('GET /v1/keyring HTTP/1.1', key === '' ? [] : [key]),
      );
      expect(statusOf(text)).toBe(401);
      answers.add(text.replace(/^date: .*\r\n/im, ''));
    }
    expect(answers.size).toBe(1);
  });

  test('[D10] HTTP as it was before it had versions gets nothing, and is cut off', async () => {
    const socket = open(service.url);
    let heard = '';
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    socket.write('GET /health\r\n');
    await untilClosed(socket);
    expect(heard).not.toContain('"ok"');
  });

  test('[D10] none of it takes memory', async () => {
    const all = [...brokenBodies, ...brokenFrames].filter(({ bytes }) => bytes(apiKey).length < 100_000);
    const round = () => Promise.all(all.map(({ bytes }) => exchange(service.url, bytes(apiKey), 20)));
    for (let warmUp = 0; warmUp < 3; warmUp += 1) await round();
    const before = await service.memory();
    for (let repeated = 0; repeated < 20; repeated += 1) await round();
    const after = await service.memory();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(2 * MIB);
    expect(after.rss - before.rss).toBeLessThan(32 * MIB);
  });
});

describe('what is cut off', () => {
  test('[D4] an upload cut off after any number of bytes stores nothing', async () => {
    const { apiKey: key } = await service.newAccount();
    const whole = requestText(
      'POST /v1/sync/upload HTTP/1.1',
      [`authorization: Bearer ${key}`, 'content-type: application/json'],
      JSON.stringify(upload(1, 570)),
    );
    const cut = async (length: number): Promise<void> => {
      const socket = open(service.url);
      const closed = untilClosed(socket);
      socket.resume();
      // Some say goodbye, some are gone.
      socket.write(whole.subarray(0, length), () =>
        length % 2 === 0 ? socket.end() : socket.resetAndDestroy(),
      );
      await closed;
    };
    const lengths = [...Array(whole.length).keys()];
    for (let first = 0; first < lengths.length; first += 50)
      await Promise.all(lengths.slice(first, first + 50).map(cut));
    expect(await headOf(key)).toBe(0);
    expect(statusOf((await exchange(service.url, whole)).text)).toBe(200);
    expect(await headOf(key)).toBe(1);
  });

  test('[D10] a thousand requests at once on one connection are answered one after another', async () => {
    const one = requestText('GET /health HTTP/1.1', []).toString();
    const { text } = await exchange(service.url, one.repeat(1_000), 1_000);
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(1_000);
  });
});

/** Asks again and again until told to stop. Answers how long each took, in order. */
const healthyClient = async (key: string, isOver: () => boolean): Promise<readonly number[]> => {
  const took: number[] = [];
  while (!isOver()) {
    const startedMs = performance.now();
    const { status } = await device(key).ask('/v1/sync/upload', upload(1, 570));
    expect(status).toBe(200);
    took.push(performance.now() - startedMs);
  }
  return took.toSorted((a, b) => a - b);
};

const SLOW = 250;

test('[D10] whoever is slow is cut off at the limits, and whoever is not is served meanwhile', async () => {
  const { apiKey: key } = await service.newAccount();
  // A page of 4 MiB for those who ask and never read.
  for (const batch of [upload(8, 256 * 1024), upload(8, 256 * 1024)])
    expect((await device(key).ask('/v1/sync/upload', batch)).status).toBe(200);
  const before = await service.memory();
  let isOver = false;
  const healthy = healthyClient((await service.newAccount()).apiKey, () => isOver);

  const download = JSON.stringify({ device_id: DEVICE_ID, since: null });
  const authorized = [`authorization: Bearer ${key}`, 'content-type: application/json'];
  const asking = requestText('POST /v1/sync/download HTTP/1.1', authorized, download);
  const drips = [
    { what: Buffer.from('GET /health HTTP/1.1\r\nhost: x\r\nx-slow: '), count: SLOW },
    { what: asking.subarray(0, -download.length), count: SLOW },
    { what: Buffer.alloc(0), count: SLOW },
  ].flatMap(({ what, count }) => Array.from({ length: count }, () => ({ socket: open(service.url), what })));
  // Read, so that the end of each is noticed.
  for (const { socket, what } of drips)
    socket
      .on('error', () => undefined)
      .resume()
      .write(what);
  const dripping = setInterval(() => {
    for (const { socket, what } of drips) if (what.length > 0 && socket.writable) socket.write(' ');
  }, 1_000);
  const deaf = Array.from({ length: 20 }, () => open(service.url).pause());
  for (const socket of deaf) socket.on('error', () => undefined).write(asking);

  // Headers have 10 seconds, a whole request 30, and an answer 30 to be read.
  const connections = [...drips.map(({ socket }) => socket), ...deaf];
  await vi.waitFor(() => {
    expect(connections.filter((socket) => !socket.destroyed && socket.readyState === 'open')).toHaveLength(
      deaf.length,
    );
  }, 45_000);
  clearInterval(dripping);
  isOver = true;
  const took = await healthy;
  expect(took.length).toBeGreaterThan(20);
  expect(took[Math.floor(took.length * 0.99)]).toBeLessThan(1_000);
  // Those who read nothing don't hear that they were cut off; the service has let go of what it kept for them.
  await vi.waitFor(
    async () => {
      // What it holds; that it gives back what it once took is for the operating system's allocator to say.
      const { heapUsed, external } = await service.memory();
      expect(heapUsed - before.heapUsed).toBeLessThan(4 * MIB);
      expect(external - before.external).toBeLessThan(4 * MIB);
    },
    { timeout: 20_000, interval: 1_000 },
  );
  for (const socket of deaf) socket.destroy();
});
