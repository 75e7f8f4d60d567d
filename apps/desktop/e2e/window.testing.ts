/**
 * A window as a person has it: the real host over a real data folder, in a real browser. A test that leaves an error in
 * the page, or something that the content security policy had to stop, fails when its window is closed.
 */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page, type Request } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type HostOptions, startHost } from '../host/window/start-host.ts';

const BROWSERS = [process.env.MHB_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** Where Debian's chromium is; `.ci/run` installs it. */
export const browserPath = (): string => {
  const found = BROWSERS.find((path) => path !== undefined && existsSync(path));
  if (found === undefined)
    throw new Error('These tests need a browser: install chromium, or name one in MHB_CHROMIUM.');
  return found;
};

let browser: Browser | undefined;

/** Call it once at the top of a file: its windows share one browser, and nothing else. */
export const useBrowser = (): void => {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
};

/** A browser for a script outside of the tests. */
export const openScreensBrowser = async (): Promise<{
  readonly open: typeof openWindow;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> => {
  const own = await launchBrowser();
  browser = own;
  return { open: openWindow, [Symbol.asyncDispose]: () => own.close() };
};

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath(),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--force-color-profile=srgb',
    ],
  });

export const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'mhb-window-')), 'data');

export interface OpenWindow {
  readonly page: Page;
  readonly dataDir: string;
  /** Runs a command on the device behind the window, as another part of the app would. */
  readonly call: (name: string, input: unknown) => Promise<unknown>;
  /** Waits until everything the page asked the device for is answered and painted. */
  readonly settle: () => Promise<void>;
  /** What the page complained about so far. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export interface Opening {
  readonly dataDir?: string;
  /** Whether the first run is behind the person; true unless a test is about it. */
  readonly isFirstRunDone?: boolean;
  readonly context?: BrowserContextOptions;
  /** Of the host and its device; the page keeps the clock of its browser. */
  readonly clock?: Pick<HostOptions, 'nowMs' | 'wakeIn'>;
}

/** Starts a host on the folder and opens its window on Today. */
export const openWindow = async ({
  dataDir = newFolder(),
  isFirstRunDone = true,
  context: options = {},
  clock = {},
}: Opening = {}): Promise<OpenWindow> => {
  if (browser === undefined) throw new Error('Call useBrowser() at the top of the file.');
  const host = await startHost({ dataDir, ...clock });
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1100, height: 760 },
    reducedMotion: 'reduce',
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (/Content.Security.Policy|TrustedHTML|violates the following/i.test(message.text()))
      complaints.push(message.text());
  });
  const asked = new Set<Request>();
  page.on('request', (request) => {
    if (request.url().includes('/call/')) asked.add(request);
  });
  const answered = (request: Request): void => {
    asked.delete(request);
  };
  page.on('requestfinished', answered);
  page.on('requestfailed', answered);
  const painted = (): Promise<void> =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              resolve();
            }),
          );
        }),
    );
  const settle = async (): Promise<void> => {
    // An answer may lead to another question, which is asked before the next paint.
    for (let quiet = 0; quiet < 2; quiet = asked.size === 0 ? quiet + 1 : 0) await painted();
  };
  await page.goto(host.url);
  const kept = await page.waitForFunction(() => sessionStorage.getItem('mhb-bearer'));
  const bearer = await kept.jsonValue();
  const send = async (path: string, body: unknown): Promise<unknown> =>
    page.evaluate(
      async ([to, json, token]) => {
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
        return (await (await fetch(to, { method: 'POST', headers, body: json })).json()) as unknown;
      },
      [path, JSON.stringify(body), bearer ?? ''] as const,
    );
  if (isFirstRunDone) {
    await send('/settings', { first_run_done: true });
    await page.goto(new URL('/', page.url()).href);
    await page.getByRole('heading', { level: 1, name: 'How are you right now?' }).waitFor();
  }
  const close = async (): Promise<void> => {
    await context.close();
    await host.stop();
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`);
  };
  return {
    page,
    dataDir,
    call: (name, input) => send(`/call/${name}`, input),
    settle,
    complaints,
    close,
    [Symbol.asyncDispose]: close,
  };
};
