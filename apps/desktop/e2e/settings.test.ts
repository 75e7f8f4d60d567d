/** The settings beside sync and reminders: what stays after a restart, backups, Daylio, and the first run skipped. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

const ORIGINAL = fileURLToPath(new URL('../../../fixtures/original-app.db', import.meta.url));

const ask = async <Value>({ call }: OpenWindow, name: string, input: unknown = {}): Promise<Value> =>
  ((await call(name, input)) as { readonly value: Value }).value;

const go = async ({ page }: OpenWindow, path: string): Promise<void> => {
  await page.goto(new URL(path, page.url()).href);
};

const themeOf = ({ page }: OpenWindow): Promise<string | undefined> =>
  page.evaluate(() => document.documentElement.dataset.theme);

const turnOnEncryption = async ({ page }: OpenWindow, passphrase: string): Promise<readonly string[]> => {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('The same once more').fill(passphrase);
  await page.getByRole('button', { name: 'Turn on encryption' }).click();
  return wordsOf(page);
};

const wordsOf = async (page: OpenWindow['page']): Promise<readonly string[]> => {
  await page.getByRole('heading', { name: 'Your recovery key' }).waitFor();
  const items = await page.locator('ol.words li').allTextContents();
  return items.map((text) => text.replace(/^\d+/, '').trim());
};

test('the theme, the start of day and the first day of the week are the same after a restart', async () => {
  const first = await openWindow();
  await go(first, '/settings');
  await first.page.getByRole('radio', { name: 'Dark' }).click();
  await expect.poll(() => themeOf(first)).toBe('dark');
  await first.page.getByRole('radio', { name: '03:00' }).click();
  await first.page.getByLabel('A week begins on').selectOption({ label: 'Sunday' });
  await expect.poll(() => ask(first, 'get_preferences')).toMatchObject({ day_start: '03:00', week_start: 0 });
  await first.close();

  await using second = await openWindow({ dataDir: first.dataDir });
  await expect.poll(() => themeOf(second)).toBe('dark');
  await go(second, '/settings');
  await second.page.getByRole('radio', { name: '03:00', checked: true }).waitFor();
  expect(await second.page.getByLabel('A week begins on').inputValue()).toBe('0');
});

test('the theme follows the system, also while the window is open, until one is chosen', async () => {
  await using window = await openWindow({ context: { colorScheme: 'dark' } });
  const { page } = window;
  await expect.poll(() => themeOf(window)).toBe('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => themeOf(window)).toBe('light');
  await go(window, '/settings');
  await page.getByRole('radio', { name: 'Light' }).click();
  await page.getByRole('radio', { name: 'Light', checked: true }).waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await window.settle();
  expect(await themeOf(window)).toBe('light');
  await page.getByRole('radio', { name: 'As the system' }).click();
  await expect.poll(() => themeOf(window)).toBe('dark');
});

test('single keys that are switched off do nothing', async () => {
  await using window = await openWindow();
  const { page } = window;
  await go(window, '/settings');
  const box = page.getByRole('checkbox', { name: /^Single keys/ });
  await box.uncheck();
  await page.getByRole('heading', { name: 'Look and keys' }).click();
  await page.keyboard.press('?');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await box.check();
  await page.getByRole('heading', { name: 'Look and keys' }).click();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Pages and keys' }).waitFor();
});

test('a backup brings back what was lost with the data file, and leaves in the Trash what was deleted', async () => {
  const first = await openWindow();
  await ask(first, 'log_mood', { mood_rating: 6 });
  const { id } = await ask<{ readonly id: string }>(first, 'log_mood', { mood_rating: 2 });
  await go(first, '/settings/backups');
  await first.page.getByRole('button', { name: 'Back up now' }).click();
  await first.page.getByRole('status').getByText('Backed up.').waitFor();
  await ask(first, 'delete_mood_checkin', { id });
  const restore = async ({ page }: OpenWindow): Promise<void> => {
    await page
      .getByRole('button', { name: /^Restore/ })
      .first()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
  };
  await restore(first);
  await first.page.getByText('Everything in it is here already. Nothing changed.').waitFor();
  expect(await ask(first, 'get_mood_history')).toHaveLength(1);
  await first.close();

  for (const ending of ['', '-wal', '-shm'])
    rmSync(join(first.dataDir, `device.db${ending}`), { force: true });
  await using second = await openWindow({ dataDir: first.dataDir });
  expect(await ask(second, 'get_mood_history')).toEqual([]);
  await go(second, '/settings/backups');
  await restore(second);
  await second.page
    .getByRole('status')
    .getByText(/brought back/)
    .waitFor();
  expect(await ask(second, 'get_mood_history')).toHaveLength(2);
});

test('the report of an import names each table with what was read, brought in and left out', async () => {
  await using window = await openWindow();
  const { page } = window;
  await go(window, '/settings/transfer');
  await page.getByLabel('File').setInputFiles({
    name: 'notes.db',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('no database'),
  });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('File').setInputFiles(ORIGINAL);
  expect(await page.getByRole('alert').count()).toBe(0);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const report = page.getByRole('status').filter({ hasText: 'records came in' });
  for (const table of ['Assessments', 'Groups', 'Activities', 'Moods', 'Goals', 'Reminders'])
    await report.getByText(new RegExp(`^${table}: [\\d,]+ read, [\\d,]+ imported`)).waitFor();
});

test('Daylio comes in after each unknown mood was given its place, once', async () => {
  await using window = await openWindow();
  const { page } = window;
  const csv = [
    'full_date,date,weekday,time,mood,activities,note_title,note',
    '2025-03-09,March 9,Sunday,8:05 pm,rad,walk | reading,,by the sea',
    '2025-03-08,March 8,Saturday,20:05,weary,walk,,',
    '2025-03-07,March 7,Friday,20:05,weary,,,',
  ].join('\n');
  const file = { name: 'daylio_export.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) };
  await go(window, '/settings/transfer');
  await page.getByLabel('From').selectOption('import_daylio');
  await page.getByLabel('File').setInputFiles(file);
  await page.getByRole('button', { name: 'Look into the file' }).click();
  await page.getByRole('group', { name: 'Which mood is which?' }).waitFor();
  const bring = page.getByRole('button', { name: 'Import', exact: true });
  expect(await bring.isDisabled()).toBe(true);
  expect(await ask(window, 'get_mood_history')).toEqual([]);
  await page.getByLabel('weary, 2 entries').selectOption('3');
  await bring.click();
  await page.getByText(/records came in/).waitFor();
  const moods = await ask<readonly { readonly mood_rating: number }[]>(window, 'get_mood_history');
  expect(moods.map(({ mood_rating }) => mood_rating)).toEqual([7, 3, 3]);

  await page.getByRole('button', { name: 'Look into the file' }).click();
  await page.getByLabel('weary, 2 entries').selectOption('3');
  await bring.click();
  await page.getByText('Everything in it is here already. Nothing changed.').waitFor();
  expect(await ask(window, 'get_mood_history')).toHaveLength(3);
});

test('the recovery key is shown again and the passphrase changed, both only to who knows the one of today', async () => {
  await using window = await openWindow();
  const { page } = window;
  await go(window, '/settings/lock');
  const words = await turnOnEncryption(window, 'four plain words here');
  const askedBack = async (): Promise<void> => {
    await page.getByRole('button', { name: 'I have written them down' }).click();
    await page.getByLabel('Word 4').fill(words[3] ?? '');
    await page.getByLabel('Word 17').fill(words[16] ?? '');
    await page.getByRole('button', { name: 'Done' }).click();
  };
  await askedBack();
  const today = page.getByLabel('Passphrase of today');
  await today.fill('not these words');
  await page.getByRole('button', { name: 'Show the recovery key' }).click();
  await page.getByRole('alert').getByText('That is not the passphrase.').waitFor();
  expect(await page.locator('ol.words').count()).toBe(0);
  // After a wrong one the device waits a second; whoever is quicker is told so and tries again.
  await expect
    .poll(
      async () => {
        await today.fill('four plain words here');
        await page.getByRole('button', { name: 'Show the recovery key' }).click();
        await window.settle();
        return page.locator('ol.words').count();
      },
      { timeout: 20_000, interval: 1_000 },
    )
    .toBe(1);
  expect(await wordsOf(page)).toEqual(words);
  await askedBack();

  await today.fill('four plain words here');
  await page.getByLabel('New passphrase').fill('five other plain words here');
  await page.getByLabel('The new one once more').fill('five other plain words here');
  await page.getByRole('button', { name: 'Change passphrase' }).click();
  await page.getByRole('status').getByText('Passphrase changed.').waitFor();
  await page.getByRole('button', { name: 'Lock now' }).click();
  await page.getByRole('heading', { name: 'Mental Health Bar is locked' }).waitFor();
  await page.getByLabel('Passphrase').fill('five other plain words here');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
});

test('every step of the first run can be skipped, and it does not come again', async () => {
  await using window = await openWindow({ isFirstRunDone: false });
  const { page } = window;
  await page.waitForURL('**/welcome');
  for (const name of ['Bring your data', 'Be reminded']) {
    await page.getByRole('heading', { level: 2, name }).waitFor();
    await page.getByRole('button', { name: 'Skip' }).click();
  }
  await page.getByRole('heading', { level: 2, name: 'Choose a look' }).waitFor();
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('heading', { level: 1, name: 'How are you right now?' }).waitFor();
  await go(window, '/');
  await page.getByRole('heading', { level: 1, name: 'How are you right now?' }).waitFor();
  expect(await ask(window, 'get_schedules')).toEqual([]);
});
