/**
 * Photographs every page into docs/screens: light and dark, three sizes, empty and with a year of entries.
 * `npm run screens`; `npm run screens -- today charts` only those whose names contain one of the words.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup as buildPage } from './build-page.ts';
import { folderWithYear } from './history.testing.ts';
import { pages, visit } from './pages.testing.ts';
import { openScreensBrowser } from './window.testing.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/screens', import.meta.url));
const sizes = { 375: [375, 760], 800: [800, 600], 1440: [1440, 900] } as const;
const wanted = process.argv.slice(2);

// The year ends there: from any later day its pages would show how it has ended, and nothing else.
const EVENING = Date.parse('2025-11-16T18:00:00Z');
const aheadMs = Date.now() - EVENING;
const now = Date.now;
Date.now = () => now() - aheadMs;

buildPage();
await using screens = await openScreensBrowser();
for (const entries of ['empty', 'year'] as const) {
  await using window = await screens.open(entries === 'year' ? { dataDir: await folderWithYear() } : {});
  await window.page.addInitScript(setClockBack, aheadMs);
  for (const page of pages) {
    if (wanted.length > 0 && !wanted.some((word) => page.name.includes(word))) continue;
    if (entries === 'empty' && page.needsHistory) continue;
    for (const theme of ['light', 'dark'] as const) {
      await window.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      for (const [name, [width, height]] of Object.entries(sizes)) {
        await window.page.setViewportSize({ width, height });
        await visit(window, page);
        const folder = join(FOLDER, entries);
        mkdirSync(folder, { recursive: true });
        await window.page.screenshot({ path: join(folder, `${page.name}-${name}-${theme}.png`) });
      }
    }
    process.stdout.write(`${entries}: ${page.name}\n`);
  }
}

/** Lets a page live so many milliseconds ago. */
function setClockBack(byMs: number): void {
  const Real = Date;
  const nowMs = (): number => Real.now() - byMs;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given) =>
      given.length === 0 ? new target(nowMs()) : (Reflect.construct(target, given) as Date),
    get: (target, name) => (name === 'now' ? nowMs : (Reflect.get(target, name) as unknown)),
  });
}
