/** The ways in and out of sync, and what it asks a person: each on real devices with a real service between them. */
import { expect, test } from 'vitest';
import { startTestService } from './service.testing.ts';
import { ask, confirmPhrase, go, pair, type Status, turnOn } from './sync.testing.ts';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

const problemOf = ({ page }: OpenWindow, field: string) =>
  page.locator('.field', { has: page.getByLabel(field) }).getByRole('alert');

test('each mistake in turning sync on stands beside its field, and nothing is turned on', async () => {
  await using service = await startTestService();
  await using window = await openWindow();
  const { page } = window;
  const apiKey = await service.createAccount();
  const tryWith = async (url: string, key: string): Promise<void> => {
    await page.getByLabel('Address of the service').fill(url);
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Turn on sync' }).click();
  };
  await go(window, '/settings/sync');
  await tryWith('http://sync.example.org', apiKey);
  await problemOf(window, 'Address of the service').getByText('https://').waitFor();
  await tryWith('http://127.0.0.1:9', apiKey);
  await problemOf(window, 'Address of the service').getByText('can’t be reached').waitFor();
  await tryWith(service.url, 'no key');
  await problemOf(window, 'API key').getByText('That is not an API key.').waitFor();
  await tryWith(service.url, `${apiKey.slice(0, -1)}${apiKey.endsWith('0') ? '1' : '0'}`);
  await problemOf(window, 'API key').waitFor();

  await page.getByRole('radio', { name: 'Pairing link' }).click();
  await page.getByRole('textbox', { name: 'Pairing link' }).fill('half a link');
  await page.getByRole('button', { name: 'Turn on sync' }).click();
  await problemOf(window, 'Pairing link').getByText('That is not a pairing link.').waitFor();

  await page.getByRole('radio', { name: 'Recovery phrase' }).click();
  await page.getByLabel('Address of the service').fill(service.url);
  await page.getByLabel('API key').fill(apiKey);
  await page.getByLabel('Recovery phrase').last().fill('one two three');
  await page.getByRole('button', { name: 'Turn on sync' }).click();
  await page.getByText('That is not a recovery phrase').waitFor();
  expect(await ask<Status>(window, 'get_sync_status')).toMatchObject({ phase: 'off' });
});

test('cancel on the first phrase leaves sync off; after leaving the page it can be begun again', async () => {
  await using service = await startTestService();
  await using window = await openWindow();
  const { page } = window;
  const apiKey = await service.createAccount();
  const begin = async (): Promise<void> => {
    await page.getByLabel('Address of the service').fill(service.url);
    await page.getByLabel('API key').fill(apiKey);
    await page.getByRole('button', { name: 'Turn on sync' }).click();
    await page.getByRole('heading', { name: 'Your recovery phrase' }).waitFor();
  };
  await go(window, '/settings/sync');
  await begin();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'On this device only' }).waitFor();
  expect(await ask<Status>(window, 'get_sync_status')).toMatchObject({ phase: 'off' });

  await begin();
  await go(window, '/settings/sync');
  await page.getByRole('heading', { name: 'Sync is not on yet' }).waitFor();
  await page.getByTestId('sync-line').getByText('Sync is not on yet').waitFor();
  await page.getByRole('button', { name: 'Begin again' }).click();
  await turnOn(window, service.url, apiKey);
});

test('a device joins with the words on paper; turning sync off leaves the entries on both sides', async () => {
  await using service = await startTestService();
  await using first = await openWindow();
  await using second = await openWindow();
  await ask(first, 'log_mood', { mood_rating: 5, notes: 'kept' });
  const apiKey = await service.createAccount();
  const phrase = await turnOn(first, service.url, apiKey);

  const { page } = second;
  await go(second, '/settings/sync');
  await page.getByLabel('Address of the service').fill(service.url);
  await page.getByLabel('API key').fill(apiKey);
  // The key of an account that is in use needs its words.
  await page.getByRole('button', { name: 'Turn on sync' }).click();
  await page.getByText('This account is already in use').waitFor();
  await page.getByRole('button', { name: 'Use the recovery phrase' }).click();
  await page.getByRole('textbox', { name: 'Recovery phrase' }).fill(`  ${phrase.toUpperCase()} `);
  await page.getByRole('button', { name: 'Turn on sync' }).click();
  await page.getByRole('heading', { name: 'In step' }).waitFor();
  expect(await ask(second, 'get_mood_history')).toMatchObject([{ notes: 'kept' }]);

  await page.getByRole('button', { name: 'Turn off sync' }).click();
  await page.getByText('Sync is off. Your entries stay here and on the service.').waitFor();
  await page.getByRole('heading', { name: 'On this device only' }).waitFor();
  expect(await ask(second, 'get_mood_history')).toHaveLength(1);
  expect(await ask<Status>(first, 'get_sync_status')).toMatchObject({ phase: 'on' });
});

test('a lost device is out before the new words are written down; others join again with them', async () => {
  await using service = await startTestService();
  await using first = await openWindow();
  await using second = await openWindow();
  await ask(first, 'log_mood', { mood_rating: 2, notes: 'mine' });
  const apiKey = await service.createAccount();
  const oldWords = await turnOn(first, service.url, apiKey);
  await pair(first, second);

  const { page } = first;
  await go(first, '/settings/sync');
  // A new phrase that is not confirmed changes nothing.
  await page.getByRole('button', { name: 'Make a new phrase' }).click();
  await page.getByText('Until you confirm, the old words hold.').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Nothing has changed: the old words hold.').waitFor();
  await page.getByText('A new recovery phrase was begun and not confirmed.').waitFor();

  await page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'It was lost or stolen' }).click();
  await page.getByText('The lost device is removed already.').waitFor();
  await go(second, '/settings/sync');
  await second.page.getByRole('button', { name: 'Sync now' }).click();
  await second.page.getByRole('heading', { name: 'Sync needs you' }).waitFor();
  const newWords = await confirmPhrase(first);
  expect(newWords).not.toBe(oldWords);
  await page.getByRole('heading', { name: 'In step' }).waitFor({ timeout: 30_000 });

  // The old words open nothing any more; a link from the device that has the new keys does.
  await second.page.getByRole('button', { name: 'Connect again' }).click();
  await pair(first, second);
  expect(await ask(second, 'get_mood_history')).toMatchObject([{ notes: 'mine' }]);
});

test('many deletions of another device wait for a yes or no, by name', async () => {
  await using service = await startTestService();
  await using first = await openWindow();
  await using second = await openWindow();
  for (let entry = 0; entry < 30; entry += 1)
    await ask(first, 'log_mood', { mood_rating: 4, notes: `entry ${String(entry)}` });
  await turnOn(first, service.url, await service.createAccount());
  await pair(first, second);
  await ask(second, 'disable_sync');
  for (const { id } of await ask<readonly { readonly id: string }[]>(first, 'get_mood_history'))
    await ask(first, 'delete_mood_checkin', { id });
  await ask(first, 'sync_now');
  await pair(first, second, 'Sync needs you');
  await second.page.getByRole('heading', { name: 'Another device deleted 30 entries' }).waitFor();
  await second.page.getByTestId('sync-line').getByText('Sync needs you').waitFor();
  await second.page.getByText('Which they are').click();
  await expect.poll(() => second.page.getByText(/^Mood: /).count()).toBe(30);
  await second.page.getByRole('button', { name: 'Keep them' }).click();
  await second.page.getByRole('heading', { name: 'In step' }).waitFor();
  expect(await ask(second, 'get_mood_history')).toHaveLength(30);
  await expect.poll(() => ask(first, 'get_mood_history'), { timeout: 20_000 }).toHaveLength(30);
}, 120_000);
