/** Two devices, each with its window, and a service between them, as two computers of one person. */
import { expect, test } from 'vitest';
import { startTestService } from './service.testing.ts';
import { ask, go, pair, type Status, turnOn } from './sync.testing.ts';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

test('two devices by pairing link: live arrival, a conflict and its ledger, the service away and back, removal', async () => {
  await using service = await startTestService();
  await using first = await openWindow();
  await using second = await openWindow();
  await ask(first, 'log_mood', { mood_rating: 6, notes: 'from before' });
  await turnOn(first, service.url, await service.createAccount());
  await pair(first, second);
  expect(await ask(second, 'get_mood_history')).toMatchObject([{ mood_rating: 6, notes: 'from before' }]);

  // Live: what the first taps appears on the second, which is only looked at.
  await go(second, '/history');
  await second.page.getByRole('link', { name: 'Very good' }).waitFor();
  await go(first, '/');
  await first.page.getByRole('radio', { name: 'Bad, 3 of 7' }).click();
  await second.page.getByRole('link', { name: 'Bad', exact: true }).waitFor();

  // Both change the same note while the service is away.
  const [entry] = await ask<readonly { readonly id: string }[]>(first, 'get_mood_history', { limit: 1 });
  const id = entry?.id ?? '';
  await service.stop();
  await ask(first, 'update_mood_checkin', { id, notes: 'what the first wrote' });
  await ask(second, 'update_mood_checkin', { id, notes: 'what the second wrote' });
  await first.page
    .getByTestId('sync-line')
    .getByText(/1 change waiting|No connection/)
    .waitFor();
  expect(await ask<Status>(first, 'get_sync_status')).toMatchObject({ pending: 1 });
  await service.start();
  for (const window of [first, second, first]) {
    await go(window, '/settings/sync');
    await window.page.getByRole('button', { name: 'Sync now' }).click();
    await window.page.getByRole('heading', { name: 'In step' }).waitFor();
  }
  const notes = async (window: OpenWindow) =>
    (await ask<{ readonly notes: string }>(window, 'get_mood_checkin', { id })).notes;
  expect(await notes(first)).toBe(await notes(second));
  expect(await notes(first)).toBe('what the second wrote');

  // Whoever synced last has merged, has what was let go of, and brings it back.
  const { items } = await ask<{ readonly items: readonly unknown[] }>(second, 'list_merge_ledger');
  const merger = items.length > 0 ? second : first;
  await go(merger, '/settings/sync/merged');
  await merger.page.getByText('what the first wrote').first().waitFor();
  await merger.page.getByRole('button', { name: /^Bring back/ }).click();
  await merger.page.getByText(/^Brought back \d/).waitFor();
  await expect.poll(() => notes(merger)).toBe('what the first wrote');
  await expect.poll(() => notes(second), { timeout: 20_000 }).toBe('what the first wrote');
  await expect.poll(() => notes(first), { timeout: 20_000 }).toBe('what the first wrote');

  await go(second, '/settings/sync');
  await second.page.getByRole('button', { name: 'Verify' }).click();
  await second.page.getByRole('status').getByText(/same/i).waitFor();

  // Removed: it says so, and nothing new reaches it.
  await go(first, '/settings/sync');
  await first.page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click();
  await first.page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await second.page.getByRole('button', { name: 'Sync now' }).click();
  await second.page
    .getByRole('alert')
    .getByText('The service does not accept this API key', { exact: false })
    .waitFor();
  await ask(first, 'log_mood', { mood_rating: 1 });
  expect(await ask(second, 'get_mood_history')).toHaveLength(2);
  await second.page.getByTestId('sync-line').getByText('Sync needs you').waitFor();

  // Let in once more, it has what it missed, and loses nothing of what it entered meanwhile.
  await ask(second, 'log_mood', { mood_rating: 7 });
  await second.page.getByRole('button', { name: 'Connect again' }).click();
  await pair(first, second);
  await expect.poll(() => ask(second, 'get_mood_history'), { timeout: 20_000 }).toHaveLength(4);
  await expect.poll(() => ask(first, 'get_mood_history'), { timeout: 20_000 }).toHaveLength(4);

  // Stopping, and taking the copy away.
  await first.page.getByRole('button', { name: /erase the remote copy/ }).click();
  await first.page.getByLabel(/To go on, type/).fill('delete the copy');
  await first.page.getByRole('button', { name: 'Erase the copy' }).click();
  await first.page.getByRole('heading', { name: 'On this device only' }).waitFor();
  expect(await ask<Status>(first, 'get_sync_status')).toMatchObject({ phase: 'off' });
  expect(await ask(first, 'get_mood_history')).toHaveLength(4);
}, 150_000);
