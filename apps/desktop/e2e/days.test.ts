/** Days as the person lives them, and a history of years. */
import { expect, test } from 'vitest';
import { ask, go } from './sync.testing.ts';
import { openWindow, useBrowser } from './window.testing.ts';

useBrowser();

test('where days begin at 03:00, half past one still belongs to the day before, on Today and in the history', async () => {
  const night = new Date(2026, 2, 15, 1, 30).getTime();
  await using window = await openWindow({ clock: { nowMs: () => night } });
  const { page } = window;
  await page.clock.setFixedTime(night);
  await ask(window, 'log_mood', { mood_rating: 6 });
  await go(window, '/');
  await page.getByText('Sunday 15 March').waitFor();
  await ask(window, 'set_preference', { key: 'day_start', value: '03:00' });
  await page.getByText('Saturday 14 March').waitFor();
  await page.getByRole('heading', { name: 'Today’s moods' }).waitFor();
  await page.getByText('01:30 Very good').waitFor();
  await go(window, '/history');
  await page.getByRole('heading', { name: 'Saturday 14 March' }).waitFor();
  await page.getByLabel('To', { exact: true }).fill('2026-03-14');
  await page.getByRole('link', { name: 'Very good' }).waitFor();
  await page.getByLabel('From', { exact: true }).fill('2026-03-15');
  await page.getByText('Nothing you entered fits this.').waitFor();
});

test('the day turns while the window stays open', async () => {
  let now = new Date(2026, 2, 15, 23, 59, 50).getTime();
  await using window = await openWindow({ clock: { nowMs: () => now } });
  const { page } = window;
  await page.clock.setFixedTime(now);
  await ask(window, 'log_mood', { mood_rating: 6 });
  await go(window, '/');
  await page.getByText('23:59 Very good').waitFor();
  now += 20_000;
  await page.clock.setFixedTime(now);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByText('Monday 16 March').waitFor();
  await page.getByText('23:59 Very good').waitFor({ state: 'detached' });
});

test('a search finds the oldest of more entries than one question answers', async () => {
  await using window = await openWindow();
  const { page } = window;
  const begin = Date.now() - 23 * 3_600_000;
  const log = (at: number): Promise<unknown> =>
    ask(window, 'log_mood', {
      mood_rating: 4,
      notes: at === 0 ? 'the very first Änderung' : 'like any other',
      recorded_at: new Date(begin + at * 1_000).toISOString(),
    });
  for (let at = 0; at < 1_050; at += 50)
    await Promise.all(Array.from({ length: 50 }, (_, each) => log(at + each)));
  const group = await ask<{ readonly id: string }>(window, 'create_activity_group', { name: 'Body' });
  const walk = await ask<{ readonly id: string }>(window, 'create_activity', {
    group_id: group.id,
    name: 'Long walk',
  });
  await ask(window, 'log_activity', { activity_id: walk.id });
  await go(window, '/history');
  await page.getByText('The newest 100 entries').waitFor();
  const search = page.getByLabel('Search notes and activities');
  await search.fill('ÄNDERUNG');
  await page.getByText('1 entry', { exact: true }).waitFor();
  await page.getByText('the very first Änderung').waitFor();
  await search.fill('long walk');
  await page.getByRole('link', { name: 'Long walk' }).waitFor();

  // Page by page to the end, without leaving one out or telling one twice.
  await search.fill('');
  for (let count = 200; count <= 1_000; count += 100) {
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText(`The newest ${count.toLocaleString('en-GB')} entries`).waitFor();
  }
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('1,051 entries', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: /^Move to Trash/ }).count()).toBe(1_051);
}, 120_000);

test('after an entry went to the Trash the focus is on the next one', async () => {
  await using window = await openWindow();
  const { page } = window;
  for (const mood_rating of [3, 4, 5]) await ask(window, 'log_mood', { mood_rating });
  await go(window, '/history');
  await page.getByRole('button', { name: /^Move to Trash: Ok/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Moved to Trash.').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await expect.poll(focused).toMatch(/^Move to Trash: Bad/);
  await page.keyboard.press('Enter');
  await expect.poll(focused).toMatch(/^Move to Trash: Good/);
});
