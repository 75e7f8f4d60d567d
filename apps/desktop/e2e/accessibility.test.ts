/** WCAG 2.2 AA on every page, in both themes, as far as axe can tell. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folderWithYear } from './history.testing.ts';
import { pages, visit } from './pages.testing.ts';
import { statesOfOne, statesOfSync } from './states.testing.ts';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe finds, a line each. */
const findings = async ({ page }: OpenWindow): Promise<readonly string[]> => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(async () =>
    (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
};

test.each(
  (['light', 'dark'] as const).flatMap((theme) => [
    { theme, entries: 'a year' as const },
    { theme, entries: 'nothing' as const },
  ]),
)(
  'axe finds nothing on any page in the $theme theme with $entries in it',
  async ({ theme, entries }) => {
    await using window = await openWindow({
      ...(entries === 'a year' ? { dataDir: await folderWithYear() } : {}),
      context: { colorScheme: theme },
    });
    const found: Record<string, readonly string[]> = {};
    for (const page of pages) {
      if (page.needsHistory && entries === 'nothing') continue;
      await visit(window, page);
      const here = await findings(window);
      if (here.length > 0) found[page.name] = here;
    }
    expect(found).toEqual({});
  },
  240_000,
);

/** Both themes, for what is open must not be opened twice. */
const findingsInBothThemes = async (window: OpenWindow): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await window.page.emulateMedia({ colorScheme });
    await window.settle();
    found.push(...(await findings(window)).map((finding) => `${colorScheme}: ${finding}`));
  }
  return found;
};

test('axe finds nothing in dialogs, notices, imports and on the lock screen', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const found: Record<string, readonly string[]> = {};
  for await (const state of statesOfOne(window)) {
    const here = await findingsInBothThemes(state.window);
    if (here.length > 0) found[state.name] = here;
  }
  expect(found).toEqual({});
}, 120_000);

test('axe finds nothing in sync as it goes on', async () => {
  await using first = await openWindow();
  await using second = await openWindow();
  const found: Record<string, readonly string[]> = {};
  for await (const state of statesOfSync(first, second)) {
    const here = await findingsInBothThemes(state.window);
    if (here.length > 0) found[state.name] = here;
  }
  expect(found).toEqual({});
}, 120_000);

test('every route is in the list of pages', () => {
  const routes = fileURLToPath(new URL('../src/routes', import.meta.url));
  const found = readdirSync(routes, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('+page.svelte'))
    .map((file) => (dirname(file) === '.' ? '/' : `/${dirname(file)}`));
  expect(found.toSorted()).toEqual([...new Set(pages.map(({ route }) => route))].toSorted());
});
