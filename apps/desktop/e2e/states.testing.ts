/**
 * What pages show only after something was done: dialogs, what is said, the lock screen, and sync as it goes on. For
 * what has to hold on all of them.
 */
import { fileURLToPath } from 'node:url';
import { startTestService } from './service.testing.ts';
import { ask, go, pair } from './sync.testing.ts';
import type { OpenWindow } from './window.testing.ts';

export interface State {
  /** As a file name. */
  readonly name: string;
  readonly window: OpenWindow;
}

const ORIGINAL = fileURLToPath(new URL('../../../fixtures/original-app.db', import.meta.url));
const PASSPHRASE = 'four plain words here';

/** One device with a year of entries, from its dialogs to its lock screen, where it ends. */
export async function* statesOfOne(window: OpenWindow): AsyncGenerator<State> {
  const { page } = window;
  await go(window, '/');
  await page.getByRole('radio').first().waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Pages and keys' }).waitFor();
  yield { name: 'command-list', window };

  await go(window, '/');
  await page.getByRole('radio', { name: 'Good, 5 of 7' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  yield { name: 'said-with-undo', window };

  await go(window, '/activities');
  const menu = page.getByRole('button', { name: /^More for the group/ }).first();
  await menu.click();
  await page.getByRole('menuitem', { name: 'Set a goal' }).waitFor();
  yield { name: 'activities-menu', window };
  await page.getByRole('menuitem', { name: 'Set a goal' }).click();
  await page.getByRole('dialog').waitFor();
  yield { name: 'activities-goal', window };

  await go(window, '/assessments/PHQ9');
  await page.locator('#question-1').waitFor();
  for (let question = 1; question <= 9; question += 1) {
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
  }
  await page.getByRole('heading', { name: 'You don’t have to carry this alone' }).waitFor();
  yield { name: 'question-help', window };

  await go(window, '/settings/transfer');
  await page.getByLabel('File').setInputFiles(ORIGINAL);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('Everything in it is here already.').waitFor();
  yield { name: 'settings-transfer-report', window };

  await go(window, '/settings/lock');
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByLabel('The same once more').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Turn on encryption' }).click();
  await page.getByRole('heading', { name: 'Your recovery key' }).waitFor();
  yield { name: 'settings-lock-key', window };
  await go(window, '/settings/lock');
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  yield { name: 'settings-lock-on', window };
  await page.getByRole('button', { name: 'Lock now' }).click();
  await page.getByLabel('Passphrase', { exact: true }).waitFor();
  yield { name: 'lock-screen', window };
}

/** Two devices of one account, from the first phrase to a device that was shut out. */
export async function* statesOfSync(first: OpenWindow, second: OpenWindow): AsyncGenerator<State> {
  await using service = await startTestService();
  const { page } = first;
  const MANY = 30;
  for (let entry = 0; entry < MANY; entry += 1)
    await ask(first, 'log_mood', { mood_rating: 1 + (entry % 7), notes: `Entry ${String(entry + 1)}` });
  await go(first, '/settings/sync');
  await page.getByLabel('Address of the service').fill(service.url);
  await page.getByLabel('API key').fill(await service.createAccount());
  await page.getByRole('button', { name: 'Turn on sync' }).click();
  const words = page.locator('ol.words li');
  await words.first().waitFor();
  yield { name: 'sync-phrase', window: first };
  const phrase = (await words.allTextContents()).map((text) => text.replace(/^\d+/, '').trim());
  await page.getByRole('button', { name: 'I have written them down' }).click();
  yield { name: 'sync-phrase-asked', window: first };
  for (const field of await page.getByLabel(/^Word \d+$/).all()) {
    const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '');
    await field.fill(phrase[Number(/\d+/.exec(label)?.[0]) - 1] ?? '');
  }
  await page.getByRole('button', { name: 'Confirm' }).click();
  await pair(first, second);

  await go(first, '/settings/sync');
  await page.getByRole('button', { name: 'Pair another device' }).click();
  await page.getByRole('img', { name: 'QR code of the pairing link' }).waitFor();
  yield { name: 'sync-pairing', window: first };
  await page.keyboard.press('Escape');
  yield { name: 'sync-on', window: first };
  await page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click();
  await page.getByRole('dialog').waitFor();
  yield { name: 'sync-remove', window: first };
  await page.keyboard.press('Escape');

  await ask(second, 'disable_sync');
  const [kept, ...deleted] = await ask<readonly { readonly id: string }[]>(first, 'get_mood_history');
  for (const { id } of deleted) await ask(first, 'delete_mood_checkin', { id });
  await ask(first, 'update_mood_checkin', { id: kept?.id, notes: 'Written on the first' });
  await ask(second, 'update_mood_checkin', { id: kept?.id, notes: 'Written on the second' });
  await ask(first, 'sync_now');
  await pair(first, second, 'Sync needs you');
  await second.page.getByText('Which they are').click();
  yield { name: 'sync-deletions', window: second };
  await go(second, '/settings/sync/merged');
  await second.page.getByRole('button', { name: /^Bring back/ }).waitFor();
  yield { name: 'sync-merged', window: second };

  await go(first, '/settings/sync');
  await page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await go(second, '/settings/sync');
  await second.page.getByRole('button', { name: 'Sync now' }).click();
  await second.page.getByRole('button', { name: 'Connect again' }).waitFor();
  yield { name: 'sync-refused', window: second };
}
