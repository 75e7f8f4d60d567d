/** Two devices, each with its window, and a service between them, as two computers of one person. */
import { expect, test } from 'vitest';
import { startTestService } from './service.testing.ts';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

const ask = async <Value>(window: OpenWindow, name: string, input: unknown = {}): Promise<Value> =>
  ((await window.call(name, input)) as { readonly value: Value }).value;

const go = async ({ page }: OpenWindow, path: string): Promise<void> => {
  await page.goto(new URL(path, page.url()).href);
};

interface Status {
  readonly pending: number;
  readonly phase: string;
}

const turnOn = async (window: OpenWindow, url: string, apiKey: string): Promise<void> => {
  const { page } = window;
  await go(window, '/settings/sync');
  await page.getByLabel('Address of the service').fill(url);
  await page.getByLabel('API key').fill(apiKey);
  await page.getByRole('button', { name: 'Turn on sync' }).click();
  await page.getByRole('heading', { name: 'Your recovery phrase' }).waitFor();
  const words = (await page.locator('ol.words li').allTextContents()).map((text) =>
    text.replace(/^\d+/, '').trim(),
  );
  expect(words).toHaveLength(12);
  await page.getByRole('button', { name: 'I have written them down' }).click();
  const fields = page.getByLabel(/^Word \d+$/);
  const places = (await page.locator('label').allTextContents()).flatMap(
    (text) => /^Word (\d+)$/.exec(text.trim())?.[1] ?? [],
  );
  expect(places).toHaveLength(2);
  await fields.first().fill('wrong');
  await fields.last().fill(words[Number(places[1]) - 1] ?? '');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page
    .getByRole('alert')
    .getByText(`That is not word ${String(places[0])}.`)
    .waitFor();
  await fields.first().fill(words[Number(places[0]) - 1] ?? '');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'In step' }).waitFor();
};

const pair = async (first: OpenWindow, second: OpenWindow): Promise<void> => {
  await first.page.getByRole('button', { name: 'Pair another device' }).click();
  await first.page.getByRole('img', { name: 'QR code of the pairing link' }).waitFor();
  const link = await first.page.getByRole('textbox', { name: 'Pairing link' }).inputValue();
  await first.page.keyboard.press('Escape');
  await go(second, '/settings/sync');
  await second.page.getByRole('radio', { name: 'Pairing link' }).click();
  await second.page.getByRole('textbox', { name: 'Pairing link' }).fill(link);
  await second.page.getByRole('button', { name: 'Turn on sync' }).click();
  await second.page.getByRole('heading', { name: 'In step' }).waitFor();
};

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

  // Whoever merged has what was let go of, and brings it back.
  await go(second, '/settings/sync/merged');
  await second.page.getByText('what the first wrote').first().waitFor();
  await second.page.getByRole('button', { name: /^Bring back/ }).click();
  await second.page.getByText(/^Brought back \d/).waitFor();
  await expect.poll(() => notes(second)).toBe('what the first wrote');
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
    .getByText('The service no longer accepts this device.', { exact: false })
    .waitFor();
  await ask(first, 'log_mood', { mood_rating: 1 });
  expect(await ask(second, 'get_mood_history')).toHaveLength(2);

  // Stopping, and taking the copy away.
  await first.page.getByRole('button', { name: /erase the remote copy/ }).click();
  await first.page.getByLabel(/To go on, type/).fill('delete the copy');
  await first.page.getByRole('button', { name: 'Erase the copy' }).click();
  await first.page.getByRole('heading', { name: 'On this device only' }).waitFor();
  expect(await ask<Status>(first, 'get_sync_status')).toMatchObject({ phase: 'off' });
  expect(await ask(first, 'get_mood_history')).toHaveLength(3);
}, 150_000);
