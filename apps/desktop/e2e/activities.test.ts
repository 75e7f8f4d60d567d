/** Activities, their groups and goals, as a person arranges, logs and takes them back. */
import { expect, test } from 'vitest';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

interface Made {
  readonly id: string;
}

const ask = async <Value>({ call }: OpenWindow, name: string, input: unknown = {}): Promise<Value> =>
  ((await call(name, input)) as { readonly value: Value }).value;

const go = async ({ page }: OpenWindow, path: string): Promise<void> => {
  await page.goto(new URL(path, page.url()).href);
};

/** Body with a Walk and Rest with Reading, made behind the window. */
const withTwoGroups = async (window: OpenWindow) => {
  const body = await ask<Made>(window, 'create_activity_group', { name: 'Body' });
  const rest = await ask<Made>(window, 'create_activity_group', { name: 'Rest' });
  const walk = await ask<Made>(window, 'create_activity', { group_id: body.id, name: 'Walk' });
  const reading = await ask<Made>(window, 'create_activity', { group_id: rest.id, name: 'Reading' });
  await go(window, '/activities');
  await window.page.getByRole('button', { name: 'Log now Walk' }).waitFor();
  return { body, rest, walk, reading };
};

const said = ({ page }: OpenWindow, text: RegExp | string) => page.getByRole('status').getByText(text);

const inGroup = ({ page }: OpenWindow, group: string) => page.getByRole('region', { name: group });

const choose = async ({ page }: OpenWindow, menu: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
};

test('an activity is logged with one tap, and undo takes the log back', async () => {
  await using window = await openWindow();
  const { page } = window;
  await withTwoGroups(window);
  await page.getByRole('button', { name: 'Log now Walk' }).click();
  await page.getByRole('img', { name: /^Done on 1 of the last 7 days: / }).waitFor();
  expect(await ask(window, 'get_activity_logs')).toHaveLength(1);
  await said(window, 'Logged: Walk.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('img', { name: /^Done on 1/ }).waitFor({ state: 'detached' });
  expect(await ask(window, 'get_activity_logs')).toEqual([]);
});

test('an activity is moved to another group by keyboard alone', async () => {
  await using window = await openWindow();
  const { page } = window;
  await withTwoGroups(window);
  await page.getByRole('button', { name: 'More for Walk' }).focus();
  await page.keyboard.press('Enter');
  const move = page.getByRole('menuitem', { name: 'Move to another group' });
  await move.waitFor();
  while (!(await move.evaluate((item) => item === document.activeElement)))
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Move Walk' }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await said(window, 'Walk is now in Rest.').waitFor();
  await inGroup(window, 'Rest').getByRole('link', { name: 'Walk' }).waitFor();
});

test('an activity is dragged to another group, and undo puts it back', async () => {
  await using window = await openWindow();
  const { page } = window;
  await withTwoGroups(window);
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Walk' })
    .getByRole('img')
    .dragTo(inGroup(window, 'Rest'));
  await said(window, 'Walk is now in Rest.').waitFor();
  await inGroup(window, 'Rest').getByRole('link', { name: 'Walk' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await inGroup(window, 'Body').getByRole('link', { name: 'Walk' }).waitFor();
});

test('a name that is taken is refused beside its field; another one is kept, and undo brings the old one', async () => {
  await using window = await openWindow();
  const { page } = window;
  await withTwoGroups(window);
  await choose(window, 'More for Walk', 'Edit');
  await page.getByRole('dialog').getByLabel('Name').fill('reading');
  await page.keyboard.press('Enter');
  await page
    .getByRole('dialog')
    .getByRole('alert')
    .getByText('There is already a “reading” in Rest. Choose another name.')
    .waitFor();
  await page.getByRole('dialog').getByLabel('Name').fill('Long walk');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Long walk' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Walk', exact: true }).waitFor();
});

test('a goal follows what is logged, is changed, and comes back after it was deleted', async () => {
  await using window = await openWindow();
  const { page } = window;
  const { walk } = await withTwoGroups(window);
  await choose(window, 'More for the group Body', 'Set a goal');
  await page.getByLabel('On how many days').fill('2');
  await page.getByRole('button', { name: 'Save goal' }).click();
  const goal = page.getByRole('progressbar', { name: 'Body' });
  await goal.waitFor();
  expect(await goal.getAttribute('aria-valuetext')).toBe('0 of 2 days in 7');
  await page.getByRole('button', { name: 'Log now Walk' }).click();
  await page.getByText('1 of 2 days in 7').waitFor();
  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString();
  await ask(window, 'log_activity', { activity_id: walk.id, logged_at: yesterday });
  await page.getByText('2 of 2 days in 7').waitFor();
  await expect.poll(() => goal.getAttribute('aria-valuenow')).toBe('100');

  await choose(window, 'More for the goal on Body', 'Change');
  await page.getByLabel('On how many days').fill('4');
  await page.getByRole('button', { name: 'Save goal' }).click();
  await page.getByText('2 of 4 days in 7').waitFor();
  await choose(window, 'More for the goal on Body', 'Move to Trash');
  await goal.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByText('2 of 4 days in 7').waitFor();
});

test('a goal of more days than before is set on an activity; one that cannot be is refused beside its field', async () => {
  await using window = await openWindow();
  const { page } = window;
  await withTwoGroups(window);
  await choose(window, 'More for Walk', 'Set a goal');
  await page.getByLabel('Kind of goal').selectOption('percent_improvement');
  await page.getByLabel('How many percent more').fill('20');
  await page.getByLabel('In a period of how many days').fill('30');
  await page.getByRole('button', { name: 'Save goal' }).click();
  await page.getByText('20 % more days than in the 30 days before').waitFor();

  await choose(window, 'More for Reading', 'Set a goal');
  await page.getByLabel('On how many days').fill('9');
  await page.getByRole('button', { name: 'Save goal' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  expect(await ask(window, 'get_activity_goals')).toHaveLength(1);
});

test('an activity that is here twice is merged, with the entries of both', async () => {
  await using window = await openWindow();
  const { page } = window;
  const { rest, reading } = await withTwoGroups(window);
  await ask(window, 'log_activity', { activity_id: reading.id });
  await ask(window, 'delete_activity', { id: reading.id });
  const second = await ask<Made>(window, 'create_activity', { group_id: rest.id, name: 'Reading' });
  await ask(window, 'log_activity', { activity_id: second.id });
  expect(await window.page.getByText('is here twice').count()).toBe(0);
  await ask(window, 'restore', { id: reading.id });
  await page.getByText('“Reading” is here twice').waitFor();
  await page.getByRole('button', { name: 'Merge these two' }).click();
  await said(window, /^Merged: Reading/).waitFor();
  await page.getByText('is here twice').waitFor({ state: 'detached' });
  await expect.poll(() => page.getByRole('button', { name: 'Log now Reading' }).count()).toBe(1);
  const logs = await ask<readonly { activity_id: string }[]>(window, 'get_activity_logs');
  expect(new Set(logs.map(({ activity_id }) => activity_id)).size).toBe(1);
  expect(logs).toHaveLength(2);
});

test('a group goes to the Trash with its activities after a question, and undo brings back both', async () => {
  await using window = await openWindow();
  const { page } = window;
  await withTwoGroups(window);
  await choose(window, 'More for the group Body', 'Move to Trash');
  const dialog = page.getByRole('dialog', { name: 'Move “Body” and its 1 activity to the Trash?' });
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await dialog.waitFor({ state: 'detached' });
  await choose(window, 'More for the group Body', 'Move to Trash');
  await dialog.getByRole('button', { name: 'Move to Trash' }).click();
  await page.getByRole('heading', { name: 'Body' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await inGroup(window, 'Body').getByRole('link', { name: 'Walk' }).waitFor();
});

test('colour, icon and the description of a group are set, kept and changed', async () => {
  await using window = await openWindow();
  const { page } = window;
  const { body, walk } = await withTwoGroups(window);
  await ask(window, 'update_activity', { id: walk.id, color: '#ff000080', icon: 'heart' });
  await choose(window, 'More for Walk', 'Edit');
  await page.getByLabel('Name').fill('Stroll');
  expect(await page.getByRole('radio', { name: 'As it was' }).isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: 'Stroll' }).waitFor();
  const now = () => ask<readonly { id: string }[]>(window, 'get_activities');
  expect(await now()).toContainEqual(
    expect.objectContaining({ id: walk.id, name: 'Stroll', color: '#ff000080', icon: 'heart' }),
  );

  await choose(window, 'More for Stroll', 'Edit');
  await page.getByRole('radio', { name: 'Teal' }).check();
  await page.getByLabel('Icon').fill('☕');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('link', { name: '☕ Stroll' }).waitFor();
  expect(await now()).toContainEqual(expect.objectContaining({ id: walk.id, color: '#3f8a8c', icon: '☕' }));

  await choose(window, 'More for the group Body', 'Edit group');
  await page.getByLabel('What it is about').fill('Moving, eating and sleeping');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await inGroup(window, 'Body').getByText('Moving, eating and sleeping').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByText('Moving, eating and sleeping').waitFor({ state: 'detached' });
  expect(await ask(window, 'get_activity_groups')).toContainEqual(
    expect.objectContaining({ id: body.id, name: 'Body', description: null }),
  );
});

test('a few groups to begin with are made in one act of what is ticked, and undone in one', async () => {
  await using window = await openWindow();
  const { page } = window;
  await go(window, '/activities');
  await page.getByText('Add what you do, or want to do more of.').waitFor();
  await page.getByRole('button', { name: 'Begin with a few' }).click();
  const dialog = page.getByRole('dialog', { name: 'Begin with a few' });
  for (const name of ['Family', 'Friends', 'Call', 'Sport']) await dialog.getByLabel(name).uncheck();
  await dialog.getByRole('button', { name: 'Add these' }).click();
  await page.getByRole('button', { name: 'Log now Slept well' }).waitFor();
  await expect
    .poll(async () => (await page.getByRole('heading', { level: 2 }).allTextContents()).sort())
    .toEqual(['Body', 'Goals', 'Rest']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Add what you do, or want to do more of.').waitFor();
  expect(await ask(window, 'get_activities')).toEqual([]);
});

test('what was logged is told on its own page, logged at another time, changed, narrowed by days, and brought back', async () => {
  await using window = await openWindow();
  const { page } = window;
  const { walk } = await withTwoGroups(window);
  await ask(window, 'log_activity', { activity_id: walk.id, logged_at: '2025-03-10T12:00:00Z' });
  await choose(window, 'More for Walk', 'Log another time');
  await page.getByText('Not in the last 30 days. Nor in the 30 days before.').waitFor();
  await page.getByLabel('Time', { exact: true }).fill('2099-01-01T10:00');
  await page.getByRole('button', { name: 'Log', exact: true }).click();
  await page
    .getByRole('alert')
    .getByText(/future/)
    .waitFor();
  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 16);
  await page.getByLabel('Time', { exact: true }).fill(yesterday);
  await page.getByLabel('Note', { exact: false }).first().fill('By the river');
  await page.getByRole('button', { name: 'Log', exact: true }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'By the river' });
  await row.waitFor();
  await page.getByText(/^On 1 day of the last 30/).waitFor();

  await row.getByRole('button', { name: /^Edit/ }).click();
  const edited = page.getByLabel('Note of this entry');
  await edited.fill('In the park');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('In the park').waitFor();
  expect(await ask(window, 'get_activity_logs')).toMatchObject([{ notes: 'In the park' }, { notes: null }]);

  await page.getByLabel('To', { exact: true }).fill('2025-12-31');
  await page.getByText('In the park').waitFor({ state: 'detached' });
  const old = page.getByRole('listitem').filter({ hasText: '10 Mar 2025' });
  await old.getByRole('button', { name: /^Move to Trash/ }).click();
  await page.getByText('Not logged in these days.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await old.waitFor();
});
