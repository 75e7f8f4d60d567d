/** Reminders: made, changed, switched off, refused, brought back, and what is due. */
import { expect, test } from 'vitest';
import { movedClock } from '../host/window/host.testing.ts';
import { folderWithYear } from './history.testing.ts';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

const ask = async <Value>({ call }: OpenWindow, name: string, input: unknown = {}): Promise<Value> =>
  ((await call(name, input)) as { readonly value: Value }).value;

const openReminders = async ({ page }: OpenWindow): Promise<void> => {
  await page.goto(new URL('/settings/reminders', page.url()).href);
  await page.getByRole('heading', { level: 1, name: 'Reminders' }).waitFor();
};

const formOf = ({ page }: OpenWindow) =>
  page.locator('section', { has: page.getByRole('heading', { name: 'Add a reminder' }) });

const rowOf = ({ page }: OpenWindow, name: string) => page.getByRole('listitem').filter({ hasText: name });

test('a reminder says its plan and its next date, is changed, switched off and on, and comes back after it was deleted', async () => {
  await using window = await openWindow();
  const { page } = window;
  await openReminders(window);
  await page.getByText('No reminders.').waitFor();
  const form = formOf(window);
  await form.getByLabel('Questionnaire').selectOption('GAD7');
  await form.getByLabel('How often').selectOption('biweekly');
  await form.getByLabel('Day').selectOption({ label: 'Thursday' });
  await form.getByLabel('Time').fill('18:30');
  await form.getByRole('button', { name: 'Add reminder' }).click();
  const row = rowOf(window, 'GAD-7');
  await row.getByText('Every second Thursday at 18:30').waitFor();
  const [schedule] = await ask<readonly { readonly next_occurrence: string }[]>(window, 'get_schedules');
  const next = new Date(schedule?.next_occurrence ?? '');
  expect(next.getDay()).toBe(4);
  await row
    .getByText(
      `Next: ${new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' }).format(next)}, 18:30`,
    )
    .waitFor();

  await row.getByRole('button', { name: /^Change/ }).click();
  await row.getByLabel('How often').selectOption('monthly');
  await row.getByLabel('Day of the month').fill('31');
  await row.getByText('In shorter months, on their last day.').waitFor();
  await row.getByRole('button', { name: 'Save reminder' }).click();
  await row.getByText('On day 31 of each month at 18:30').waitFor();

  await row.getByRole('checkbox').click();
  await row.getByText('Switched off.').waitFor();
  await row.getByRole('checkbox').click();
  await row.getByText(/Next: /).waitFor();

  await row.getByRole('button', { name: /^Move to Trash/ }).click();
  await page.getByText('No reminders.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await row.getByText('On day 31 of each month at 18:30').waitFor();
});

test('a second reminder of the same kind is refused at the form, and what was chosen stays', async () => {
  await using window = await openWindow();
  const { page } = window;
  await ask(window, 'create_schedule', {
    instrument: 'OASIS',
    frequency: 'daily',
    time_of_day: '08:00',
  });
  await openReminders(window);
  const form = formOf(window);
  await form.getByLabel('Questionnaire').selectOption('OASIS');
  await form.getByLabel('How often').selectOption('daily');
  await form.getByRole('button', { name: 'Add reminder' }).click();
  await form
    .getByRole('alert')
    .getByText(/already a reminder/)
    .waitFor();
  expect(await form.getByLabel('Questionnaire').inputValue()).toBe('OASIS');
  expect(await ask(window, 'get_schedules')).toHaveLength(1);
  await page.getByText('Every day at 08:00').waitFor();
});

test('what is due stands on the page and leads to its questions', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  await openReminders(window);
  await page.getByRole('link', { name: 'Start PHQ-9' }).click();
  await page.waitForURL('**/assessments/PHQ9');
});

test('how early they come and whether the app keeps running are kept', async () => {
  await using window = await openWindow();
  const { page } = window;
  await openReminders(window);
  await page.getByLabel('How many minutes before').fill('15');
  await page.keyboard.press('Tab');
  await page.getByRole('status').getByText('Saved.').waitFor();
  expect(await ask(window, 'get_preferences')).toMatchObject({ reminder_lead_minutes: 15 });
  const keep = page.getByRole('checkbox', { name: 'Keep running after the window is closed' });
  await keep.click();
  await expect.poll(() => keep.isChecked()).toBe(true);
  await page.reload();
  await expect.poll(() => keep.isChecked()).toBe(true);
  expect(await page.getByLabel('How many minutes before').inputValue()).toBe('15');
});

test('a reminder that comes due is said in the open page, and leads to its questions', async () => {
  const clock = movedClock();
  await using window = await openWindow({ clock });
  const { page } = window;
  const time_of_day = new Date(clock.nowMs() + 30 * 60_000).toTimeString().slice(0, 5);
  await ask(window, 'create_schedule', { instrument: 'GAD7', frequency: 'daily', time_of_day });
  clock.move(31 * 60_000);
  const said = page.getByRole('status').filter({ hasText: 'GAD-7 is due.' });
  await said.getByRole('link', { name: 'Start' }).click();
  await page.getByRole('heading', { level: 1, name: /Generalized Anxiety/ }).waitFor();
  await said.waitFor({ state: 'detached' });
});
