/** The window for real: it is let in, loads the page under its policy, and listens; closing it ends the program. */
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { makePage, newFolder } from './host.testing.ts';
import { childrenOf, missingProgram, startMhb, startScreen } from './programs.testing.ts';
import { startHost } from './start-host.ts';
import { findProgram, kindsFor, openWindow, type WindowKind } from './windows.ts';

const kinds = [
  { kind: 'gjs', needs: ['Xvfb', 'gjs'] },
  { kind: 'chromium', needs: ['Xvfb', 'chromium'] },
] as const satisfies readonly { readonly kind: WindowKind; readonly needs: readonly string[] }[];

for (const { kind, needs } of kinds) {
  const missing = missingProgram(needs);
  const reason = missing === undefined ? '' : ` (left out: ${missing} is not installed here)`;

  test.skipIf(missing !== undefined)(`a window of ${kind} shows the page${reason}`, async () => {
    const environment = { ...process.env, DISPLAY: await startScreen() };
    const dataDir = newFolder();
    const host = await startHost({ dataDir, page: makePage() });
    const window = await openWindow({ dataDir, environment }, host.mintUrl, [kind]);
    expect(window.kind).toBe(kind);
    await vi.waitUntil(() => host.pages() === 1, { timeout: 30_000 });
    window.close();
    await window.closed;
    await vi.waitUntil(() => host.pages() === 0, { timeout: 10_000 });
    await host.stop();
  });

  test.skipIf(missing !== undefined)(`closing a window of ${kind} ends the program${reason}`, async () => {
    const dataDir = newFolder();
    const environment = { DISPLAY: await startScreen(), MHB_WINDOW: kind };
    const app = startMhb(['--data-dir', dataDir], environment);
    const pid = app.child.pid ?? 0;
    await vi.waitUntil(async () => (await childrenOf(pid)).length > 0, { timeout: 20_000 });
    const again = await startMhb(['--data-dir', dataDir], environment).ended;
    expect(again).toEqual({ code: 0, printed: 'It is open already; its window comes to the front.\n' });
    // Long enough for a browser to have taken the window for its own.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    for (const child of await childrenOf(pid)) process.kill(child, 'SIGTERM');
    expect((await app.ended).code).toBe(0);
  });
}

const missingForGjs = missingProgram(['Xvfb', 'gjs']);
test.skipIf(missingForGjs !== undefined)(
  `a window of gjs saves what the page gives, under a free name, and is led nowhere else ${missingForGjs === undefined ? '' : ` (left out: ${missingForGjs} is not installed here)`}`,
  async () => {
    let visits = 0;
    const stranger = createServer((_, response) => {
      visits += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void stranger.close());
    await once(stranger, 'listening');
    const { port } = z.object({ port: z.number() }).parse(stranger.address());
    const home = mkdtempSync(join(tmpdir(), 'mhb-home-'));
    mkdirSync(join(home, 'Saved'));
    mkdirSync(join(home, '.config'));
    writeFileSync(join(home, '.config', 'user-dirs.dirs'), 'XDG_DOWNLOAD_DIR="$HOME/Saved"\n');
    writeFileSync(join(home, 'Saved', 'export.json'), 'an earlier one');
    const page = makePage(`
      window.open('http://127.0.0.1:${String(port)}/');
      location.href = 'http://127.0.0.1:${String(port)}/';
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['{"kept":1}'], { type: 'application/json' }));
      link.download = 'export.json';
      setTimeout(() => link.click(), 500);
    `);
    const { XDG_CONFIG_HOME: _, ...inherited } = process.env;
    const environment = { ...inherited, HOME: home, DISPLAY: await startScreen() };
    const dataDir = newFolder();
    const host = await startHost({ dataDir, page });
    const window = await openWindow({ dataDir, environment }, host.mintUrl, ['gjs']);
    const saved = join(home, 'Saved', 'export (2).json');
    await vi.waitUntil(() => existsSync(saved) && readFileSync(saved, 'utf8') === '{"kept":1}', {
      timeout: 20_000,
    });
    expect(readFileSync(join(home, 'Saved', 'export.json'), 'utf8')).toBe('an earlier one');
    expect(visits).toBe(0);
    window.close();
    await host.stop();
  },
);

test('without a screen there is no window; a wish in MHB_WINDOW counts', () => {
  expect(kindsFor({ MHB_WINDOW: 'chromium' })).toEqual(['chromium']);
  expect(kindsFor({ MHB_WINDOW: 'something' })).toEqual(['none']);
  if (process.platform !== 'linux') return;
  expect(kindsFor({})).toEqual(['none']);
  expect(kindsFor({ WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['gjs', 'chromium', 'browser']);
});

test('where nothing of what was tried is installed, none is opened', async () => {
  const deps = { dataDir: newFolder(), environment: { PATH: '/nowhere', DISPLAY: ':0' } };
  expect(findProgram('gjs', deps.environment)).toBeUndefined();
  expect((await openWindow(deps, () => 'http://127.0.0.1:1/', ['gjs', 'chromium', 'browser'])).kind).toBe(
    'none',
  );
});
