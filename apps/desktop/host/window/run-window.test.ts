/** `mhb` as a program: one per folder, found again after a kill, beside other commands, and ended cleanly. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Answer, movedClock, newFolder, send } from './host.testing.ts';
import { startMhb } from './programs.testing.ts';
import { NO_PAGE_MS, runWindow } from './run-window.ts';

const LINK = /^http:\/\/127\.0\.0\.1:\d+\/open\?key=[\w-]{43}$/;

const opens = async (link: string): Promise<number> => {
  const { port, pathname, search } = new URL(link);
  return (await send(Number(port), pathname + search)).status;
};

test('a second start is answered by the first, and ends', async () => {
  const dataDir = newFolder();
  const first = startMhb(['--data-dir', dataDir, 'open', '--no-window']);
  const link = await first.line(LINK);
  expect(statSync(join(dataDir, 'window.sock')).mode & 0o777).toBe(0o600);
  const second = startMhb(['--data-dir', dataDir, 'open', '--no-window']);
  const { code, printed } = await second.ended;
  expect(code).toBe(0);
  expect(printed.trim()).toMatch(LINK);
  expect(new URL(printed.trim()).port).toBe(new URL(link).port);
  expect([await opens(link), await opens(link), await opens(printed.trim())]).toEqual([303, 401, 303]);

  first.child.kill('SIGTERM');
  expect((await first.ended).code).toBe(0);
  expect(existsSync(join(dataDir, 'window.sock'))).toBe(false);
});

test('it goes on where whoever started it reads no longer', async () => {
  const dataDir = newFolder();
  const first = startMhb(['--data-dir', dataDir, 'open', '--no-window']);
  first.child.stdout?.destroy();
  await vi.waitUntil(() => existsSync(join(dataDir, 'window.sock')), { timeout: 20_000 });
  const { code, printed } = await startMhb(['--data-dir', dataDir, 'open', '--no-window']).ended;
  expect(code).toBe(0);
  expect(await opens(printed.trim())).toBe(303);
  expect(first.child.exitCode).toBe(null);
});

test('several starts at once leave one that answers', async () => {
  const dataDir = newFolder();
  const starts = Array.from({ length: 4 }, () => startMhb(['--data-dir', dataDir, 'open', '--no-window']));
  const links = await Promise.all(starts.map(({ line }) => line(LINK)));
  expect(new Set(links.map((link) => new URL(link).port)).size).toBe(1);
  let ended = 0;
  for (const start of starts) void start.ended.then(() => (ended += 1));
  await vi.waitUntil(() => ended === starts.length - 1, { timeout: 20_000 });
  expect(starts.filter(({ child }) => child.exitCode === null)).toHaveLength(1);
});

test('one that was killed holds up nobody', async () => {
  const dataDir = newFolder();
  const first = startMhb(['--data-dir', dataDir, 'open', '--no-window']);
  const link = await first.line(LINK);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(existsSync(join(dataDir, 'window.sock'))).toBe(true);
  const next = startMhb(['--data-dir', dataDir, 'open', '--no-window']);
  const again = await next.line(LINK);
  expect(again).not.toBe(link);
  expect(await opens(again)).toBe(303);
  next.child.kill('SIGINT');
  expect((await next.ended).code).toBe(0);
});

test('[O6] other commands can be run while it is open', async () => {
  const dataDir = newFolder();
  const app = startMhb(['--data-dir', dataDir, 'open', '--no-window']);
  await app.line(LINK);
  for (const rating of [3, 5]) {
    const { code, printed } = await startMhb([
      '--data-dir',
      dataDir,
      'call',
      'log_mood',
      `{"mood_rating":${String(rating)}}`,
    ]).ended;
    expect([code, JSON.parse(printed)]).toMatchObject([0, { value: { mood_rating: rating } }]);
  }
  app.child.kill('SIGTERM');
  expect((await app.ended).code).toBe(0);
});

test('where there is no screen, it prints a link and says what to do', async () => {
  const dataDir = newFolder();
  const app = startMhb(['--data-dir', dataDir], { MHB_WINDOW: '', DISPLAY: '', WAYLAND_DISPLAY: '' });
  await app.line(/Open this link in a browser of this computer/);
  expect(await opens(await app.line(LINK))).toBe(303);
  app.child.kill('SIGTERM');
  expect((await app.ended).code).toBe(0);
});

/** What a page does that was let in, in as much as these tests need it. */
const comeIn = async (link: string) => {
  const { port, pathname, search, origin } = new URL(link);
  const { headers } = await send(Number(port), pathname + search);
  const ours = {
    Cookie: String(headers['set-cookie']).split(';')[0] ?? '',
    Authorization: `Bearer ${String(headers.location).replace('/#bearer=', '')}`,
    Origin: origin,
    'Content-Type': 'application/json',
  };
  return {
    post: async (path: string, input: object) => {
      const sent = { method: 'POST', headers: ours, body: JSON.stringify(input) };
      return JSON.parse((await send(Number(port), path, sent)).body) as Answer;
    },
    /** Listens until the answer is called. */
    listen: async () => {
      const gone = new AbortController();
      await fetch(`${origin}/events`, { headers: ours, signal: gone.signal });
      return () => {
        gone.abort();
      };
    },
  };
};

test('[O6] beside mhb watch, the window gets the folder when its page asks for something', async () => {
  const dataDir = newFolder();
  const app = startMhb(['--data-dir', dataDir, 'open', '--no-window']);
  const page = await comeIn(await app.line(LINK));
  expect(await page.post('/call/log_mood', { mood_rating: 3 })).not.toHaveProperty('error');
  const watch = startMhb(['--data-dir', dataDir, 'watch']);
  await vi.waitUntil(
    () => readFileSync(join(dataDir, 'device.pid'), 'utf8') === `${String(watch.child.pid)}\n`,
  );
  expect(await page.post('/call/log_mood', { mood_rating: 4 })).not.toHaveProperty('error');
  watch.child.kill('SIGTERM');
  expect((await watch.ended).code).toBe(0);
});

test('the page can end the app', async () => {
  const app = startMhb(['--data-dir', newFolder(), 'open', '--no-window']);
  const page = await comeIn(await app.line(LINK));
  expect(await page.post('/quit', {})).toEqual({ value: null });
  expect((await app.ended).code).toBe(0);
});

/** In this process, in a browser that a program of ours stands for: it writes down what it was to open. */
const runInBrowser = () => {
  const folder = mkdtempSync(join(tmpdir(), 'mhb-browser-'));
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$1" >> "${folder}/opened"\n`);
  chmodSync(join(folder, 'xdg-open'), 0o700);
  const clock = movedClock();
  const stopping = new AbortController();
  const state = { hasEnded: false };
  const ended = runWindow({
    dataDir: newFolder(),
    withoutWindow: false,
    inBackground: false,
    environment: { PATH: folder, MHB_WINDOW: 'browser' },
    stopped: stopping.signal,
    say: () => undefined,
    wakeIn: clock.wakeIn,
  }).then(() => {
    state.hasEnded = true;
  });
  onTestFinished(async () => {
    stopping.abort();
    await ended;
  });
  const opened = async (): Promise<string> => {
    const path = join(folder, 'opened');
    await vi.waitUntil(() => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n'));
    return readFileSync(path, 'utf8').trim();
  };
  return { clock, state, ended, opened };
};

test.skipIf(process.platform !== 'linux')(
  'in a browser it ends once no page was open for a while',
  async () => {
    const { clock, state, ended, opened } = runInBrowser();
    const page = await comeIn(await opened());
    const leave = await page.listen();
    clock.move(10 * NO_PAGE_MS);
    await page.post('/call/get_mood_history', {});
    expect(state.hasEnded).toBe(false);
    leave();
    await vi.waitUntil(() => {
      clock.move(NO_PAGE_MS);
      return state.hasEnded;
    });
    await ended;
  },
);

test.skipIf(process.platform !== 'linux')('in the background it goes on without a page', async () => {
  const { clock, state, opened } = runInBrowser();
  const page = await comeIn(await opened());
  await page.post('/settings', { background: true });
  const leave = await page.listen();
  leave();
  for (let turn = 0; turn < 5; turn += 1) {
    clock.move(NO_PAGE_MS);
    expect(await page.post('/call/get_mood_history', {})).toEqual({ value: [] });
  }
  expect(state.hasEnded).toBe(false);
});
