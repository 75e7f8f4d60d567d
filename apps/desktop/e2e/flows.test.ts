/** What a person does with the app, from the first run to erasing everything, as they do it: by name, role and key. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folderWithYear } from './history.testing.ts';
import { newFolder, type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

const ORIGINAL = fileURLToPath(new URL('../../../fixtures/original-app.db', import.meta.url));

const ask = async <Value>(window: OpenWindow, name: string, input: unknown = {}): Promise<Value> =>
  ((await window.call(name, input)) as { readonly value: Value }).value;

const go = async ({ page }: OpenWindow, path: string): Promise<void> => {
  await page.goto(new URL(path, page.url()).href);
};

test('the first run brings the history of the earlier app, and importing it again changes nothing', async () => {
  await using window = await openWindow({ isFirstRunDone: false });
  const { page } = window;
  await page.waitForURL('**/welcome');
  await page.getByLabel('File').setInputFiles(ORIGINAL);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page
    .getByRole('status')
    .getByText(/records came in/)
    .waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('heading', { name: 'Be reminded' }).waitFor();
  await page.getByRole('button', { name: 'Skip' }).click();
  await page.getByRole('radio', { name: 'Dark' }).click();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByText('Where things stand').waitFor();
  expect(await ask<readonly unknown[]>(window, 'get_assessment_history', { instrument: 'PHQ9' })).not.toEqual(
    [],
  );

  await go(window, '/settings/transfer');
  await page.getByLabel('File').setInputFiles(ORIGINAL);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('Everything in it is here already. Nothing changed.').waitFor();
});

test('a check-in takes two keys and Ctrl+Enter, can be changed, deleted, restored and erased', async () => {
  await using window = await openWindow();
  const { page } = window;
  await ask(window, 'get_mood_history');
  await page.keyboard.press('m');
  await page.waitForURL('**/check-in');
  await page.getByRole('radio', { name: 'Good, 5 of 7' }).waitFor();
  await page.keyboard.press('5');
  await page.getByLabel('Note').fill('A walk by the river');
  await page.keyboard.press('Control+Enter');
  await page
    .getByRole('status')
    .getByText(/^Saved: Good/)
    .waitFor();
  expect(await ask(window, 'get_mood_history')).toMatchObject([
    { mood_rating: 5, notes: 'A walk by the river' },
  ]);

  await go(window, '/history');
  await page.getByLabel('Search notes and activities').fill('RIVER');
  await page.getByRole('link', { name: 'Good' }).click();
  await page.getByRole('radio', { name: 'Ok, 4 of 7' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect
    .poll(() => ask(window, 'get_mood_history'))
    .toMatchObject([{ mood_rating: 4, notes: 'A walk by the river' }]);

  await go(window, '/history');
  await page.getByRole('button', { name: /^Move to Trash: Ok/ }).click();
  await page.getByRole('link', { name: 'Trash' }).click();
  await page.getByRole('button', { name: /^Restore Mood: Ok/ }).click();
  await page.getByText('Nothing here. Deleted entries stay 30 days.').waitFor();
  expect(await ask(window, 'get_mood_history')).toHaveLength(1);

  await go(window, '/history');
  await page.getByRole('button', { name: /^Move to Trash: Ok/ }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Ok' }).waitFor();
  await page.getByRole('button', { name: /^Move to Trash: Ok/ }).click();
  await page.getByRole('link', { name: 'Trash' }).click();
  await page.getByRole('button', { name: /^Erase now/ }).click();
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByText('Nothing here. Deleted entries stay 30 days.').waitFor();
  expect(await ask(window, 'list_trash')).toMatchObject({ items: [] });
});

test('a check-in of more than 24 hours ago is refused beside its time, and what was written stays', async () => {
  await using window = await openWindow();
  const { page } = window;
  await go(window, '/check-in');
  await page.getByRole('radio', { name: 'Bad, 3 of 7' }).click();
  await page.getByLabel('Note').fill('kept');
  await page.getByRole('button', { name: 'Change time' }).click();
  await page.getByLabel('Time').fill('2020-01-01T10:00');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page
    .getByRole('alert')
    .getByText(/24 hours/)
    .waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Today' }).click();
  await page.getByText('Where things stand').waitFor();
  await page.keyboard.press('m');
  await expect.poll(() => page.getByLabel('Note').inputValue()).toBe('kept');
  expect(await ask(window, 'get_mood_history')).toEqual([]);
});

/** Answers by hand: the options that are chosen, and the score by the published rule. */
const questionnaires = [
  { instrument: 'PHQ9', answers: [1, 2, 3, 0, 1, 2, 3, 0, 0], score: 12, words: 'Moderate' },
  { instrument: 'GAD7', answers: [3, 3, 3, 2, 2, 1, 0], score: 14, words: 'Moderate' },
  // Items 4, 8, 12 and 16 count backwards: 16 others at 1 are 16, the four at 0 are 3 each.
  {
    instrument: 'CESD',
    answers: Array.from({ length: 20 }, (_, at) => ([3, 7, 11, 15].includes(at) ? 0 : 1)),
    score: 28,
    words: '12 above the published cut-off of 16',
  },
  { instrument: 'OASIS', answers: [2, 2, 1, 1, 2], score: 8, words: 'at the published cut-off of 8' },
] as const;

/** Too narrow for all questions at once. */
const MIDDLING = { width: 900, height: 760 };

test.each(questionnaires)(
  '$instrument stands on one page where the window is wide, and takes a key for each answer',
  async ({ instrument, answers, score }) => {
    await using window = await openWindow();
    const { page } = window;
    await go(window, `/assessments/${instrument}`);
    await page.locator(`#question-${String(answers.length)}`).waitFor();
    for (const answer of answers) await page.keyboard.press(String(answer));
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.waitForURL('**/assessments/result/**');
    expect(await ask(window, 'get_latest_assessment', { instrument })).toMatchObject({
      score: { total: score },
      responses: answers,
    });
  },
);

test.each(questionnaires)(
  '$instrument is filled in by keyboard alone and scored $score',
  async ({ instrument, answers, score, words }) => {
    await using window = await openWindow({ context: { viewport: MIDDLING } });
    const { page } = window;
    await go(window, `/assessments/${instrument}`);
    for (const [index, answer] of answers.entries()) {
      await page.locator(`#question-${String(index + 1)}`).waitFor();
      await page.keyboard.press(String(answer));
      await page.keyboard.press('Enter');
    }
    await page.getByRole('heading', { name: 'Your answers' }).waitFor();
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.waitForURL('**/assessments/result/**');
    await page.getByText(words, { exact: false }).first().waitFor();
    expect(await ask(window, 'get_latest_assessment', { instrument })).toMatchObject({
      score: { total: score },
      responses: answers,
    });
    expect(await page.getByText('You don’t have to carry this alone').count()).toBe(0);

    await go(window, '/assessments');
    await page.getByText(/The next one is possible tomorrow/).waitFor();
  },
);

test('a draft is kept on leaving and goes on where it stopped', async () => {
  await using window = await openWindow({ context: { viewport: MIDDLING } });
  const { page } = window;
  await go(window, '/assessments/GAD7');
  for (const option of ['Several days', 'Not at all', 'Nearly every day']) {
    await page.getByRole('radio', { name: option }).click();
    await page.getByRole('button', { name: 'Next' }).click();
  }
  await page.getByRole('link', { name: 'Stop here' }).click();
  await page.getByRole('link', { name: /Continue draft of GAD-7 ?, 3 of 7, today/ }).click();
  await page.getByText('Question 4 of 7').waitFor();
  expect(await ask(window, 'get_draft_assessments')).toMatchObject([
    { responses: [1, 0, 3, -1, -1, -1, -1] },
  ]);
});

test('item 9 of the PHQ-9 above 0 shows the help notice, in the form and in the result', async () => {
  await using window = await openWindow({ context: { viewport: MIDDLING } });
  const { page } = window;
  await go(window, '/assessments/PHQ9');
  for (let question = 1; question <= 9; question += 1) {
    await page.locator(`#question-${String(question)}`).waitFor();
    await page.keyboard.press(question === 9 ? '1' : '0');
    if (question < 9) await page.keyboard.press('Enter');
  }
  await page.getByRole('heading', { name: 'You don’t have to carry this alone' }).waitFor();
  await page.getByText('Emergency services').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Finish' }).click();
  await page.waitForURL('**/assessments/result/**');
  await page.getByRole('heading', { name: 'You don’t have to carry this alone' }).waitFor();
});

test('on one page the key answers where the focus is, and the open questions are named', async () => {
  await using window = await openWindow();
  const { page } = window;
  await go(window, '/assessments/PHQ9');
  await page.locator('#question-9').focus();
  await page.keyboard.press('2');
  await page.getByRole('heading', { name: 'You don’t have to carry this alone' }).waitFor();
  await page.locator('#question-2').focus();
  await page.keyboard.press('1');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('question-3');
  await page.getByText('7 questions are still open: 1, 3, 4, 5, 6, 7 and 8.').waitFor();
  expect(await page.getByRole('button', { name: 'Finish' }).isDisabled()).toBe(true);

  // Another choice is kept: one at a time from now on.
  await page.getByRole('button', { name: 'One question at a time' }).click();
  await page.getByText('Question 1 of 9').waitFor();
  await go(window, '/assessments/PHQ9');
  await page.getByText('Question 1 of 9').waitFor();
});

test('groups and activities are made, logged, moved by menu, given a goal, and brought back', async () => {
  await using window = await openWindow();
  const { page } = window;
  await go(window, '/activities');
  for (const group of ['Body', 'People']) {
    await page.getByRole('button', { name: 'Add a group' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill(group);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: group }).waitFor();
  }
  await page.getByRole('button', { name: 'Add an activity to Body' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Walk');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Log now Walk' }).click();
  await page.getByRole('img', { name: /^Done on 1 of the last 7 days/ }).waitFor();

  await page.getByRole('button', { name: 'More for Walk' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Set a goal' }).click();
  await page.getByLabel('On how many days').fill('2');
  await page.getByRole('button', { name: 'Save goal' }).click();
  await page.getByText('1 of 2 days in 7').waitFor();

  await page.getByRole('button', { name: 'More for Walk', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Move to another group' }).click();
  await page.getByRole('dialog').getByLabel('Group').selectOption({ label: 'People' });
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByRole('status').getByText('Walk is now in People.').waitFor();

  await page.getByRole('button', { name: 'More for the group People' }).click();
  await page.getByRole('menuitem', { name: 'Move to Trash' }).click();
  await page
    .getByRole('dialog', { name: 'Move “People” and its 1 activity to the Trash?' })
    .getByRole('button', { name: 'Move to Trash' })
    .click();
  await page.getByRole('heading', { name: 'People' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByRole('button', { name: 'Log now Walk' }).waitFor();
});

test('a reminder is made, a second one of its kind refused, and what is due is on Today', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  await page
    .getByText(/is due, every/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: /^Not today PHQ-9/ }).click();
  await page.getByText(/^PHQ-9 .* is due/).waitFor({ state: 'detached' });

  await go(window, '/settings/reminders');
  const form = page.locator('section', { has: page.getByRole('heading', { name: 'Add a reminder' }) });
  await form.getByLabel('Questionnaire').selectOption('OASIS');
  await form.getByLabel('How often').selectOption('monthly');
  await form.getByRole('button', { name: 'Add reminder' }).click();
  await page.getByRole('status').getByText('Reminder saved.').waitFor();
  await form.getByRole('button', { name: 'Add reminder' }).click();
  await page
    .getByRole('alert')
    .getByText(/already a reminder/)
    .waitFor();
});

test('a chart shows every point, as a table too, and both are saved as files', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  await go(window, '/charts?instrument=PHQ9&range=alltime');
  const data = await ask<{ series: readonly { points: readonly { local_date: string; value: number }[] }[] }>(
    window,
    'get_assessment_chart_data',
    { instrument: 'PHQ9', time_range: 'alltime' },
  );
  const points = data.series.flatMap((series) => series.points);
  const chart = page.getByRole('application');
  await chart.waitFor();
  expect(await chart.locator('circle').count()).toBe(points.length);
  await chart.focus();
  await page.keyboard.press('ArrowRight');
  await page
    .getByText(new RegExp(`: ${String(points[0]?.value)}, `))
    .first()
    .waitFor();

  const picture = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as picture (PNG)' }).click();
  expect(readFileSync(await (await picture).path()).subarray(0, 8)).toEqual(
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  );
  await page.getByRole('button', { name: 'Show as table' }).click();
  expect(await page.locator('tbody tr').count()).toBe(points.length);
  const table = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as table (CSV)' }).click();
  const lines = readFileSync(await (await table).path(), 'utf8')
    .trim()
    .split('\r\n')
    .slice(1);
  expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual(
    points.map(({ local_date, value }) => [local_date, String(value)]),
  );

  await go(window, '/charts?instrument=OASIS&range=alltime');
  await page
    .getByText(/earlier wording/)
    .first()
    .waitFor();
});

test('an export goes into another device, which then holds the same', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  await go(window, '/settings/transfer');
  const download = window.page.waitForEvent('download');
  await window.page.getByRole('button', { name: 'Export everything (JSON)' }).click();
  const file = join(newFolder(), '..', 'export.json');
  writeFileSync(file, readFileSync(await (await download).path()));

  await using other = await openWindow();
  await go(other, '/settings/transfer');
  await other.page.getByLabel('From').selectOption('import_json');
  await other.page.getByLabel('File').setInputFiles(file);
  await other.page.getByRole('button', { name: 'Import', exact: true }).click();
  await other.page.getByText(/records came in/).waitFor();
  const again = other.page.waitForEvent('download');
  await other.page.getByRole('button', { name: 'Export everything (JSON)' }).click();
  expect(readFileSync(await (await again).path())).toEqual(readFileSync(file));

  const csv = other.page.waitForEvent('download');
  await other.page.getByRole('button', { name: 'Export tables (CSV)' }).click();
  expect(
    readFileSync(await (await csv).path())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
});

test('a passphrase locks the app; a wrong one does not open it, the right one and the recovery key do', async () => {
  await using window = await openWindow();
  const { page } = window;
  await ask(window, 'log_mood', { mood_rating: 6 });
  await go(window, '/settings/lock');
  await page.getByLabel('Passphrase', { exact: true }).fill('four plain words here');
  await page.getByLabel('The same once more').fill('four plain words here');
  await page.getByRole('button', { name: 'Turn on encryption' }).click();
  await page.getByRole('heading', { name: 'Your recovery key' }).waitFor();
  const words = (await page.locator('ol.words li').allTextContents()).map((text) =>
    text.replace(/^\d+/, '').trim(),
  );
  expect(words).toHaveLength(24);
  await page.getByRole('button', { name: 'I have written them down' }).click();
  await page.getByLabel('Word 4').fill('wrong');
  await page.getByLabel('Word 17').fill(words[16] ?? '');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('alert').getByText('That is not word 4.').waitFor();
  await page.getByLabel('Word 4').fill(words[3] ?? '');
  await page.getByRole('button', { name: 'Done' }).click();

  await page.getByRole('button', { name: 'Lock now' }).click();
  await page.getByRole('heading', { name: 'Mental Health Bar is locked' }).waitFor();
  expect(await window.call('get_mood_history', {})).toMatchObject({ error: { type: 'Locked' } });
  await page.getByLabel('Passphrase').fill('not these words');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('alert').getByText('That is not the passphrase.').waitFor();
  await page.getByLabel('Passphrase').fill('four plain words here');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('button', { name: 'Lock now' }).click();
  await page.getByRole('button', { name: 'Use the recovery key' }).click();
  await page.getByLabel('Recovery key').fill(words.join(' '));
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  expect(await ask(window, 'get_mood_history')).toMatchObject([{ mood_rating: 6 }]);
});

test('the report names instruments, dates, scores and sources, and prints', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  await go(window, '/report');
  await page.getByRole('radio', { name: 'All', exact: true }).click();
  await page.getByRole('heading', { name: 'Patient Health Questionnaire-9 (PHQ-9)' }).waitFor();
  await page.getByText('Kroenke K, Spitzer RL, Williams JBW.').first().waitFor();
  const scores = await ask<readonly unknown[]>(window, 'get_assessment_history', {
    instrument: 'PHQ9',
    limit: 1000,
  });
  const rows = page
    .locator('section', { has: page.getByRole('heading', { name: /PHQ-9/ }) })
    .locator('tbody tr');
  expect(await rows.count()).toBe(scores.length);
  expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
});

test('erasing asks for a typed word, takes everything, and begins anew', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  await go(window, '/settings/erase');
  await page.getByRole('button', { name: 'Erase everything…' }).click();
  const erase = page.getByRole('button', { name: 'Erase', exact: true });
  expect(await erase.isDisabled()).toBe(true);
  await page.getByLabel(/To go on, type/).fill('delete everything');
  await erase.click();
  await page.waitForURL('**/welcome');
  expect(await ask(window, 'get_mood_history')).toEqual([]);
  expect(await ask(window, 'list_trash')).toMatchObject({ items: [] });
});
