/** What the tests of sync do again and again, as a person does it. */
import { expect } from 'vitest';
import type { OpenWindow } from './window.testing.ts';

/** What a command answers. */
export const ask = async <Value>(window: OpenWindow, name: string, input: unknown = {}): Promise<Value> =>
  ((await window.call(name, input)) as { readonly value: Value }).value;

export const go = async ({ page }: OpenWindow, path: string): Promise<void> => {
  await page.goto(new URL(path, page.url()).href);
};

export interface Status {
  readonly pending: number;
  readonly phase: string;
}

/** Turns sync on for a new account, with a slip of the pen on the way. Answers the twelve words. */
export const turnOn = async (window: OpenWindow, url: string, apiKey: string): Promise<string> => {
  const { page } = window;
  await go(window, '/settings/sync');
  await page.getByLabel('Address of the service').fill(url);
  await page.getByLabel('API key').fill(apiKey);
  await page.getByRole('button', { name: 'Turn on sync' }).click();
  const phrase = await confirmPhrase(window);
  await page.getByRole('heading', { name: 'In step' }).waitFor();
  return phrase;
};

/** Reads the words that are shown and gives two of them back, one of them wrong at first. */
export const confirmPhrase = async ({ page }: OpenWindow): Promise<string> => {
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
  await page.getByRole('heading', { name: 'Your recovery phrase' }).waitFor({ state: 'detached' });
  return words.join(' ');
};

/** Lets the second device in by a link that the first one makes on its sync page. */
export const pair = async (first: OpenWindow, second: OpenWindow, heading = 'In step'): Promise<void> => {
  await go(first, '/settings/sync');
  await first.page.getByRole('button', { name: 'Pair another device' }).click();
  await first.page.getByRole('img', { name: 'QR code of the pairing link' }).waitFor();
  const link = await first.page.getByRole('textbox', { name: 'Pairing link' }).inputValue();
  await first.page.keyboard.press('Escape');
  await go(second, '/settings/sync');
  await second.page.getByRole('radio', { name: 'Pairing link' }).click();
  await second.page.getByRole('textbox', { name: 'Pairing link' }).fill(link);
  await second.page.getByRole('button', { name: 'Turn on sync' }).click();
  await second.page.getByRole('heading', { name: heading }).waitFor();
};
