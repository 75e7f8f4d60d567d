/** Every page by keyboard alone: whatever can be clicked can be reached, and where the focus is can be seen. */
import { expect, test } from 'vitest';
import { folderWithYear } from './history.testing.ts';
import { pages, visit } from './pages.testing.ts';
import { openWindow, useBrowser } from './window.testing.ts';

useBrowser();

const TABS_MAX = 400;
const CONTROLS =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';

test('every control of every page is reached with Tab or, inside a group, with arrows, and shows the focus', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  const problems: Record<string, readonly string[]> = {};
  for (const toVisit of pages) {
    await visit(window, toVisit);
    await page.evaluate((controls) => {
      const visible = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
      const inGroup = (element: Element): boolean =>
        element.closest('[role=radiogroup],[role=menu]') !== null;
      for (const element of document.querySelectorAll<HTMLElement>(controls))
        // Radios share one stop, which roving.test.ts and the browser's own radios take care of.
        if (visible(element) && !inGroup(element) && element.tabIndex >= 0) element.dataset.unreached = '';
      for (const group of document.querySelectorAll<HTMLElement>('[role=radiogroup]'))
        if (visible(group) && group.querySelector('[role=radio]') !== null) group.dataset.unreached = '';
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    }, CONTROLS);
    const unseen = new Set<string>();
    for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(() => {
        const element = document.activeElement;
        if (!(element instanceof HTMLElement) || element === document.body) return 'out';
        delete element.dataset.unreached;
        const group = element.closest<HTMLElement>('[role=radiogroup]');
        if (group !== null) delete group.dataset.unreached;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        const isShown = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
        return isShown || element.id === 'sheet' ? 'seen' : element.outerHTML.slice(0, 120);
      });
      if (seen === 'out') break;
      if (seen !== 'seen') unseen.add(`no visible focus: ${seen}`);
    }
    const unreached = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-unreached]')].map(
        (element) => `not reached: ${element.outerHTML.slice(0, 120)}`,
      ),
    );
    if (unreached.length + unseen.size > 0) problems[toVisit.name] = [...unreached, ...unseen];
  }
  expect(problems).toEqual({});
}, 240_000);

test('the keys M, N and ? work everywhere but in a field, and can be turned off', async () => {
  await using window = await openWindow();
  const { page } = window;
  await page.keyboard.press('m');
  await page.waitForURL('**/check-in');
  await page.getByRole('textbox').first().focus();
  await page.keyboard.press('n');
  expect(page.url()).toMatch(/\/check-in$/);
  await page.locator('h1').click();
  await page.keyboard.press('n');
  await page.waitForURL('**/assessments');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Pages and keys' }).waitFor();
  await page.keyboard.type('trash');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/history/trash');
});
