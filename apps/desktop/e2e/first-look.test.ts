/** The thin walk through all rooms: a tap on Today is in the data file, and on the page, at once. */
import { expect, test } from 'vitest';
import { openWindow, useBrowser } from './window.testing.ts';

useBrowser();

test('a tap on a mood saves it, says so, and can be undone', async () => {
  await using window = await openWindow();
  const { page } = window;
  await page.getByRole('radio', { name: 'Good, 5 of 7' }).click();
  await page
    .getByRole('status')
    .getByText(/^Saved: Good, \d\d:\d\d/)
    .waitFor();
  const saved = (await window.call('get_mood_history', {})) as { readonly value: readonly unknown[] };
  expect(saved.value).toMatchObject([{ mood_rating: 5 }]);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect
    .poll(async () => ((await window.call('get_mood_history', {})) as { value: readonly unknown[] }).value)
    .toEqual([]);
});
