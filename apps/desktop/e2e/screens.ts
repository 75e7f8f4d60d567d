/**
 * Photographs every page into docs/screens: light and dark, three sizes, empty and with a year of entries; and the
 * dialogs, notices and states of sync that pages show only after something was done.
 * `npm run screens`; `npm run screens -- today charts` only those whose names contain one of the words.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup as buildPage } from './build-page.ts';
import { folderWithYear } from './history.testing.ts';
import { pages, visit } from './pages.testing.ts';
import { setClockBack } from './set-clock-back.ts';
import { statesOfOne, statesOfSync } from './states.testing.ts';
import { openScreensBrowser, type OpenWindow } from './window.testing.ts';

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
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((word) => name.includes(word));

/** `prepare` brings the page back into its state, where another size needs that. */
const photograph = async (
  { page, settle }: OpenWindow,
  { folder, name, prepare = settle }: { folder: string; name: string; prepare?: () => Promise<void> },
): Promise<void> => {
  mkdirSync(join(FOLDER, folder), { recursive: true });
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const [size, [width, height]] of Object.entries(sizes)) {
      await page.setViewportSize({ width, height });
      await prepare();
      await page.screenshot({ path: join(FOLDER, folder, `${name}-${size}-${theme}.png`) });
    }
  }
  process.stdout.write(`${folder}: ${name}\n`);
};

for (const entries of ['empty', 'year'] as const) {
  await using window = await screens.open(entries === 'year' ? { dataDir: await folderWithYear() } : {});
  await window.page.addInitScript(setClockBack, aheadMs);
  for (const page of pages) {
    if (!isWanted(page.name) || (entries === 'empty' && page.needsHistory)) continue;
    await photograph(window, { folder: entries, name: page.name, prepare: () => visit(window, page) });
  }
}
{
  await using one = await screens.open({ dataDir: await folderWithYear() });
  await one.page.addInitScript(setClockBack, aheadMs);
  for await (const { name, window } of statesOfOne(one))
    if (isWanted(name)) await photograph(window, { folder: 'states', name });
}
{
  await using first = await screens.open();
  await using second = await screens.open();
  for (const { page } of [first, second]) await page.addInitScript(setClockBack, aheadMs);
  for await (const { name, window } of statesOfSync(first, second))
    if (isWanted(name)) await photograph(window, { folder: 'states', name });
}
