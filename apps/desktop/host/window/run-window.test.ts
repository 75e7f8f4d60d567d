/** `mhb` as a program: one per folder, found again after a kill, beside other commands, and ended cleanly. */
import { statSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, send } from './host.testing.ts';
import { startMhb } from './programs.testing.ts';

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

test('several starts at once leave one that answers', async () => {
  const dataDir = newFolder();
  const starts = Array.from({ length: 4 }, () => startMhb(['--data-dir', dataDir, 'open', '--no-window']));
  const links = await Promise.all(starts.map(({ line }) => line(LINK)));
  expect(new Set(links.map((link) => new URL(link).port)).size).toBe(1);
  const living = await Promise.all(
    starts.map(({ ended }) =>
      Promise.race([ended.then(() => false), new Promise((resolve) => setTimeout(resolve, 2_000, true))]),
    ),
  );
  expect(living.filter(Boolean)).toHaveLength(1);
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
