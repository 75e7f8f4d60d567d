/** One start of the real program with a real browser, and what a person would feel of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, type Page } from 'playwright-core';
import { setClockBack } from '../../apps/desktop/e2e/set-clock-back.ts';
import { launchBrowser } from '../../apps/desktop/e2e/window.testing.ts';
import { NOW } from '../heavy-user.ts';
import { peakMb } from '../peak-memory.ts';

/** Milliseconds, unless the name says otherwise. */
export interface WindowFigures {
  /** From the start of the program until Home shows the entries and takes a click. */
  readonly startMs: number;
  /** From a click in the navigation until the page with its answers is painted, the slowest of them. */
  readonly pageChangeMs: number;
  /** From the key until the saved check-in is said. */
  readonly checkInMs: number;
  /** What Home loads, compressed. */
  readonly homeKb: number;
  readonly hostPeakMb: number;
  /** The longest task of the page after Home was shown. */
  readonly longTaskMs: number;
}

const MHB = fileURLToPath(new URL('../../apps/desktop/bin/mhb.js', import.meta.url));
const SET_CLOCK = new URL('./set-clock.js', import.meta.url).href;
/** How long the history of the bench has ended. */
const BEHIND_MS = Date.now() - NOW;
const EMPTY_HOST = `
  require('node:http').createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Empty</title><h1>Empty</h1>');
  }).listen(0, '127.0.0.1', function () {
    console.log('http://127.0.0.1:' + this.address().port + '/');
  });
`;

/** Starting a bare server and a browser with its page: the least that a window in a browser can take. */
export const measureFloor = async (): Promise<Pick<WindowFigures, 'startMs' | 'hostPeakMb'>> => {
  const begun = performance.now();
  const host = spawn(process.execPath, ['-e', EMPTY_HOST], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [browser, url] = await Promise.all([launchBrowser(), firstLink(host)]);
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole('heading').waitFor();
  const startMs = performance.now() - begun;
  const hostPeakMb = peakMb(host.pid ?? 'self') ?? 0;
  await end(browser, host);
  return { startMs, hostPeakMb };
};

export const measureWindow = async (dataDir: string): Promise<WindowFigures> => {
  const begun = performance.now();
  const host = spawn(process.execPath, [MHB, '--data-dir', dataDir, 'open', '--no-window'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      MHB_SKIP_BUILD: '1',
      NODE_OPTIONS: `--import=${SET_CLOCK}`,
      MHB_BENCH_BEHIND_MS: String(BEHIND_MS),
    },
  });
  const [browser, url] = await Promise.all([launchBrowser(), firstLink(host)]);
  const page = await browser.newPage({ viewport: { width: 1100, height: 760 }, locale: 'en-GB' });
  await page.addInitScript(countQuestions);
  await page.addInitScript(setClockBack, BEHIND_MS);
  const weights: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.status() === 200 && !/\/(?:call|events)/.test(response.url()))
      weights.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(url);
  await page.getByRole('radio').first().waitFor();
  await settle(page);
  const startMs = performance.now() - begun;
  const homeKb = (await Promise.all(weights)).reduce((sum, bytes) => sum + bytes, 0) / 1_000;
  await page.evaluate(() => {
    window.longTasksMs = [];
  });
  const checkInMs = await checkIn(page);
  await untilFetched(page);
  const pageChangeMs = await changePages(page);
  const longTaskMs = await page.evaluate(() => Math.max(0, ...window.longTasksMs));
  const hostPeakMb = peakMb(host.pid ?? 'self') ?? 0;
  await end(browser, host);
  return { startMs, pageChangeMs, checkInMs, homeKb, hostPeakMb, longTaskMs };
};

declare global {
  interface Window {
    openQuestions: number;
    longTasksMs: number[];
  }
}

/** Counts what the page has asked the device and not been told yet, and its long tasks. */
const countQuestions = (): void => {
  window.openQuestions = 0;
  window.longTasksMs = [];
  const ask = window.fetch.bind(window);
  window.fetch = async (...request) => {
    const [to] = request;
    if (typeof to !== 'string' || !to.startsWith('/call/')) return ask(...request);
    window.openQuestions += 1;
    try {
      return await ask(...request);
    } finally {
      window.openQuestions -= 1;
    }
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasksMs.push(duration);
  }).observe({ type: 'longtask' });
};

const settle = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (let quiet = 0; quiet < 2; quiet = window.openQuestions === 0 ? quiet + 1 : 0)
      await new Promise((resolve) => requestAnimationFrame(resolve));
  });

/** A person reads Home before they go on; meanwhile the page fetches the code of the others. */
const untilFetched = async (page: Page): Promise<void> => {
  await page.evaluate(async () => {
    let before = -1;
    for (;;) {
      const count = performance.getEntriesByType('resource').length;
      if (count === before) return;
      before = count;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  });
};

const checkIn = async (page: Page): Promise<number> => {
  await page.evaluate(() => {
    const shown = new Promise<number>((resolve) => {
      addEventListener(
        'keydown',
        ({ timeStamp }) => {
          new MutationObserver((_, observer) => {
            if (!document.body.textContent.includes('Saved: ')) return;
            observer.disconnect();
            requestAnimationFrame(() => {
              resolve(performance.now() - timeStamp);
            });
          }).observe(document.body, { childList: true, subtree: true, characterData: true });
        },
        { once: true, capture: true },
      );
    });
    (window as unknown as { shown: Promise<number> }).shown = shown;
  });
  await page.keyboard.press('5');
  return page.evaluate(() => (window as unknown as { shown: Promise<number> }).shown);
};

const changePages = async (page: Page): Promise<number> => {
  let slowest = 0;
  for (const name of ['Assessments', 'Charts', 'History', 'Activities', 'Settings', 'Today']) {
    const took = await page.evaluate(async (text) => {
      const link = [...document.querySelectorAll<HTMLAnchorElement>('nav a')].find(
        (anchor) => anchor.textContent.trim() === text,
      );
      const before = document.title;
      const begun = performance.now();
      link?.click();
      const deadline = begun + 10_000;
      for (let quiet = 0; quiet < 1 && performance.now() < deadline;) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        quiet = document.title !== before && window.openQuestions === 0 ? quiet + 1 : 0;
      }
      return performance.now() - begun;
    }, name);
    process.stderr.write(`${name} ${took.toFixed(0)} ms\n`);
    slowest = Math.max(slowest, took);
    await settle(page);
  }
  return slowest;
};

const firstLink = async (host: ChildProcess): Promise<string> => {
  let said = '';
  for await (const chunk of host.stdout ?? []) {
    said += String(chunk);
    const link = /https?:\/\/\S+/.exec(said)?.[0];
    if (link !== undefined) return link;
  }
  throw new Error('The host ended without a link.');
};

const end = async (browser: Browser, host: ChildProcess): Promise<void> => {
  await browser.close();
  if (host.exitCode !== null) return;
  host.kill('SIGTERM');
  await once(host, 'exit');
};
