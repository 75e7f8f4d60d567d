/** Devices whose loops run, on a real service over HTTP: what one person writes is seen by the others by itself. */
import type { LoopState } from '@mhb/device';
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openServiceOfVersion1 } from './service-of-version-1.ts';
import { openWorld, type World, type WorldDevice } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** As the loop has them. */
const TYPING_PAUSE_MS = 2_000;
const TELL_PAUSE_MS = 5_000;
const WAITING = { timeout: 20_000, interval: 5 };

const wakeIn = (ms: number, callback: () => void) => {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
};

/** A device whose loop runs, with what it asked of the service and how its loop stood. */
const run = (device: WorldDevice) => {
  const states: LoopState[] = [];
  const asked: string[] = [];
  const { carry } = device.network;
  device.network.carry = (request) => {
    asked.push(request);
    return carry(request);
  };
  const stop = device.startSync({ wakeIn, typingPauseMs: 0, onState: (state) => states.push(state) });
  const until = (state: LoopState) =>
    vi.waitFor(() => {
      expect(states.at(-1)).toBe(state);
    }, WAITING);
  return { device, stop, states, asked, until };
};

const twoThatListen = async () => {
  const account = await world.newAccount();
  const { device: first, phrase } = await world.firstDevice(account);
  const second = await world.joinedDevice(account, phrase);
  const [a, b] = [run(first), run(second)];
  await a.until('listening');
  await b.until('listening');
  return { account, a, b };
};

const log = (device: WorldDevice, mood_rating: number) => device.run('log_mood', { mood_rating });

test('[O8] an edit is seen on the other device by itself, within milliseconds', async () => {
  const { a, b } = await twoThatListen();
  const sights: number[] = [];
  for (let count = 0; count < 40; count += 1) {
    const [from, to] = count % 2 === 0 ? [a, b] : [b, a];
    const seen = Promise.withResolvers<undefined>();
    const stopHearing = to.device.onChange(['mood_entry'], () => {
      seen.resolve(undefined);
    });
    const beganMs = performance.now();
    await log(from.device, (count % 7) + 1);
    await seen.promise;
    sights.push(performance.now() - beganMs);
    stopHearing();
    await a.until('listening');
    await b.until('listening');
  }
  sights.sort((x, y) => x - y);
  if (process.env.MHB_FIGURES !== undefined)
    console.log(`edit to sight: median ${sights[20]!.toFixed(1)} ms, p95 ${sights[37]!.toFixed(1)} ms`);
  // Far below the five minutes that it takes without events.
  expect(sights[20]).toBeLessThan(1_000);
  a.stop();
  b.stop();
});

test('[O8] 200 of 200 edits reach the other side while both write', async () => {
  const { a, b } = await twoThatListen();
  for (let count = 0; count < 100; count += 1)
    await Promise.all([log(a.device, (count % 7) + 1), log(b.device, ((count + 3) % 7) + 1)]);
  await vi.waitFor(() => {
    expect(JSON.parse(b.device.exportJson())).toEqual(JSON.parse(a.device.exportJson()));
  }, WAITING);
  await a.until('listening');
  await b.until('listening');
  for (const { device } of [a, b]) {
    expect(await device.run('get_mood_history', { limit: 500 })).toHaveLength(200);
  }
  a.stop();
  b.stop();
});

test('[O8] what a device wrote itself is not downloaded again for it', async () => {
  const { a, b } = await twoThatListen();
  await log(a.device, 4);
  await vi.waitFor(async () => {
    expect(await b.device.run('get_mood_history')).not.toEqual([]);
  }, WAITING);
  await a.until('listening');
  await b.until('listening');
  // One sync of A asks once before its upload; hearing of its own upload asks nothing.
  a.asked.length = 0;
  await log(a.device, 5);
  await vi.waitFor(() => {
    expect(a.asked).toContain('upload');
  }, WAITING);
  await a.until('listening');
  await b.until('listening');
  expect(a.asked.filter((request) => request === 'download')).toHaveLength(1);
  expect(a.asked.filter((request) => request === 'upload')).toHaveLength(1);
  a.stop();
  b.stop();
});

test('[O8] [E7] a device that is revoked falls silent, and asks nothing more', async () => {
  const { device: first } = await world.firstDevice(await world.newAccount());
  const { pairing_link } = (await first.run('create_pairing_link')) as { readonly pairing_link: string };
  const second = await world.newDevice();
  await second.run('enable_sync', { pairing_link });
  const [a, b] = [run(first), run(second)];
  await a.until('listening');
  await b.until('listening');
  await a.device.run('revoke_device', { device_id: b.device.id });
  await b.until('halted');
  b.asked.length = 0;
  await log(a.device, 3);
  await a.until('listening');
  expect(b.asked).toEqual([]);
  expect(await b.device.run('get_sync_status')).toMatchObject({ last_failure: { code: 'unauthorized' } });
  a.stop();
});

test('[O8] [O7] turning sync off closes the stream', async () => {
  const { a, b } = await twoThatListen();
  await b.device.run('disable_sync', {});
  b.asked.length = 0;
  await log(a.device, 3);
  await log(a.device, 4);
  await a.until('listening');
  expect(b.asked).toEqual([]);
  a.stop();
  b.stop();
});

/** A loop whose wakes come when the test says so. */
const runByHand = (device: WorldDevice) => {
  const states: LoopState[] = [];
  const wakes: { readonly ms: number; readonly callback: () => void; isLive: boolean }[] = [];
  const stop = device.startSync({
    wakeIn: (ms, callback) => {
      const wake = { ms, callback, isLive: true };
      wakes.push(wake);
      return () => {
        wake.isLive = false;
      };
    },
    onState: (state) => states.push(state),
  });
  const live = () => wakes.filter(({ isLive }) => isLive);
  const until = (state: LoopState) =>
    vi.waitFor(() => {
      expect(states.at(-1)).toBe(state);
    }, WAITING);
  return { stop, states, live, until };
};

test('[O8] [D13] a service without events is asked every five minutes, and for events hours later', async () => {
  const old = await openServiceOfVersion1(world.url);
  const { api_key } = await world.newAccount();
  const { device } = await world.firstDevice({ url: old.url, api_key });
  const loop = runByHand(device);
  await loop.until('polling');
  await vi.waitFor(() => {
    expect(loop.live().map(({ ms }) => ms)).toContain(6 * 60 * 60_000);
  }, WAITING);
  const others = loop
    .live()
    .map(({ ms }) => ms)
    .filter((ms) => ms !== 6 * 60 * 60_000);
  expect(others).toHaveLength(1);
  expect(others[0]).toBeGreaterThan(4 * 60_000);
  expect(others[0]).toBeLessThan(6 * 60_000);
  loop.stop();
  expect(loop.live()).toEqual([]);
  await old.close();
});

test('[O8] a silent stream is given up and opened again, as after a computer slept', async () => {
  const { device } = await world.firstDevice(await world.newAccount());
  const loop = runByHand(device);
  await loop.until('listening');
  const silence = loop.live().find(({ ms }) => ms === 50_000);
  silence?.callback();
  await loop.until('polling');
  const again = loop.live().find(({ ms }) => ms <= 1_000);
  expect(again?.ms).toBeGreaterThanOrEqual(500);
  again?.callback();
  await loop.until('listening');
  loop.stop();
  expect(loop.live()).toEqual([]);
});

test('[O8] a stream that can’t be opened is tried ever later, while everything else goes on', async () => {
  const { device } = await world.firstDevice(await world.newAccount());
  device.network.carry = (request) => (request === 'events' ? 'lose the request' : 'carry');
  const loop = runByHand(device);
  await loop.until('polling');
  const waits: number[] = [];
  while (waits.length < 7) {
    const next = await vi.waitFor(() => {
      // Neither the watch over a silent stream nor the next sync.
      const found = loop.live().find(({ ms }) => ms !== 50_000 && ms < 4 * 60_000);
      if (found === undefined) throw new Error('nothing is tried');
      return found;
    }, WAITING);
    waits.push(next.ms);
    next.isLive = false;
    next.callback();
  }
  expect(waits[0]).toBeLessThanOrEqual(1_000);
  expect(waits[6]).toBeGreaterThanOrEqual(32_000);
  expect(loop.states).not.toContain('backing off');
  loop.stop();
});

test('[O8] [E10] edits are sent at once, and devices tell each other of them once, a moment after the last', async () => {
  const { device } = await world.firstDevice(await world.newAccount());
  const asked: string[] = [];
  device.network.carry = (request) => {
    asked.push(request);
    return 'carry';
  };
  const loop = runByHand(device);
  await loop.until('listening');
  const wake = async (ms: number) => {
    const due = loop.live().find((one) => one.ms === ms);
    expect(due, `a wake after ${String(ms)} ms`).toBeDefined();
    asked.length = 0;
    due!.isLive = false;
    due!.callback();
    await loop.until('listening');
    return asked.splice(0);
  };
  for (const rating of [3, 4, 5]) {
    await log(device, rating);
    expect(await wake(TYPING_PAUSE_MS)).toEqual(['download', 'upload']);
  }
  expect(await wake(TELL_PAUSE_MS)).toEqual(['download', 'listDevices', 'updateDevice']);
  expect(loop.live().some(({ ms }) => ms === TELL_PAUSE_MS)).toBe(false);

  await log(device, 6);
  await wake(TYPING_PAUSE_MS);
  device.clock.nowMs += 60_000;
  await log(device, 7);
  expect(await wake(TYPING_PAUSE_MS), 'who never pauses tells once a minute').toContain('updateDevice');
  loop.stop();
});

test('[E10] whoever asks for a sync between an edit and the telling tells the others with it', async () => {
  const { device } = await world.firstDevice(await world.newAccount());
  const loop = runByHand(device);
  await loop.until('listening');
  await log(device, 3);
  loop
    .live()
    .find(({ ms }) => ms === TYPING_PAUSE_MS)
    ?.callback();
  await vi.waitFor(() => {
    expect(loop.live().some(({ ms }) => ms === TELL_PAUSE_MS)).toBe(true);
  }, WAITING);
  const asked: string[] = [];
  device.network.carry = (request) => {
    asked.push(request);
    return 'carry';
  };
  await device.run('sync_now');
  expect(asked).toContain('updateDevice');
  expect(loop.live().some(({ ms }) => ms === TELL_PAUSE_MS)).toBe(false);
  loop.stop();
});

/** Passes everything on to a service, but for the events: there it says ever greater heads, as fast as it is let. */
const openRestlessService = async (trueUrl: string) => {
  const floods = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const { authorization = '', 'mhb-protocol': protocol } = request.headers;
      const body = await buffer(request);
      const answer = await fetch(trueUrl + (request.url ?? ''), {
        method: request.method ?? 'GET',
        headers: { authorization, 'mhb-protocol': String(protocol), 'content-type': 'application/json' },
        ...(body.length === 0 ? {} : { body }),
      });
      for (const name of ['content-type', 'mhb-protocol', 'date'])
        response.setHeader(name, answer.headers.get(name) ?? '');
      response.statusCode = answer.status;
      response.end(await answer.text());
    };
    if (request.url !== '/v1/sync/events') {
      pass().catch(() => response.destroy());
      return;
    }
    response.setHeader('mhb-protocol', '1-2').writeHead(200, { 'content-type': 'text/event-stream' });
    floods.add(response);
  });
  let head = 1_000;
  const flood = setInterval(() => {
    head += 1;
    for (const response of floods) response.write(`event: head\ndata: ${JSON.stringify({ head })}\n\n`);
  }, 2);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { readonly port: number };
  const close = async () => {
    clearInterval(flood);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${String(address.port)}`, close };
};

test('[O8] [F85] a service that says ever greater heads does not keep a device busy', async () => {
  const restless = await openRestlessService(world.url);
  const { api_key } = await world.newAccount();
  const { device } = await world.firstDevice({ url: restless.url, api_key });
  let downloads = 0;
  device.network.carry = (request) => {
    if (request === 'download') downloads += 1;
    return 'carry';
  };
  const loop = runByHand(device);
  const pauses = [1_000, 2_000, 4_000, 8_000];
  for (const pause of pauses) {
    const braked = await vi.waitFor(() => {
      const found = loop.live().find(({ ms }) => ms === pause);
      if (found === undefined) throw new Error(`nothing waits for ${String(pause)} ms`);
      return found;
    }, WAITING);
    braked.isLive = false;
    braked.callback();
  }
  // One at start, five at once, and one after each pause.
  expect(downloads).toBeLessThanOrEqual(1 + 5 + pauses.length);
  // What is truly new is not held up by it.
  await log(device, 4);
  loop
    .live()
    .find(({ ms }) => ms === TYPING_PAUSE_MS)
    ?.callback();
  await vi.waitFor(async () => {
    expect(await device.run('get_sync_status')).toMatchObject({ pending: 0 });
  }, WAITING);
  loop.stop();
  await restless.close();
});
