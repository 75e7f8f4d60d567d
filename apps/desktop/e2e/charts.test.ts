/** The charts against the device's own answers: all points, none invented; and what a person can do with them. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { folderWithYear } from './history.testing.ts';
import { type OpenWindow, openWindow, useBrowser } from './window.testing.ts';

useBrowser();

interface Series {
  readonly display_name: string;
  readonly comparable: boolean;
  readonly points: readonly { readonly local_date: string; readonly value: number }[];
}

const answer = async <Value>(window: OpenWindow, name: string, input: unknown): Promise<Value> => {
  const { value } = (await window.call(name, input)) as { readonly value: Value };
  return value;
};

const seriesOf = async (window: OpenWindow, instrument: string): Promise<readonly Series[]> =>
  (
    await answer<{ readonly series: readonly Series[] }>(window, 'get_assessment_chart_data', {
      instrument,
      time_range: 'alltime',
    })
  ).series;

const open = async (window: OpenWindow, path: string): Promise<void> => {
  await window.page.goto(new URL(path, window.page.url()).href);
  await window.page.getByRole('heading', { level: 2 }).first().waitFor();
  await window.settle();
};

/** The chart with this heading. */
const figure = (page: Page, heading: RegExp | string): Locator => page.getByRole('region', { name: heading });

const cellsOf = async (table: Locator): Promise<readonly (readonly string[])[]> =>
  table
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim())),
    );

const download = async (page: Page, button: Locator): Promise<{ name: string; bytes: Buffer }> => {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
};

/** Where on the page a thing stands, from the top. */
const topOf = (one: Locator): Promise<number> =>
  one.evaluate((element) => {
    const box = element.getBoundingClientRect();
    return box.top + box.height / 2;
  });

test('every score is one point, the table says the same, and lines stand where bands begin', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  const [phq9] = await seriesOf(window, 'PHQ9');
  await open(window, '/charts?range=alltime&instrument=PHQ9');
  const chart = figure(page, /^PHQ-9/);
  const points = phq9?.points ?? [];
  expect(points.length).toBeGreaterThan(40);
  expect(await chart.locator('circle.point').count()).toBe(points.length);

  // The whole scale is on the axis, so that a point's height is its score.
  const zero = await topOf(chart.getByText('0', { exact: true }).first());
  const top = await topOf(chart.getByText('27', { exact: true }).first());
  const heights = await chart.locator('circle.point').evaluateAll((circles) =>
    circles.map((circle) => {
      const box = circle.getBoundingClientRect();
      return box.top + box.height / 2;
    }),
  );
  const scoreAt = (y: number): number => Math.round(((zero - y) / (zero - top)) * 27);
  expect(heights.map(scoreAt)).toEqual(points.map(({ value }) => value));
  const lines = await chart
    .locator('line.threshold')
    .evaluateAll((all) => all.map((line) => line.getBoundingClientRect().top));
  expect(lines.map(scoreAt)).toEqual([5, 10, 15, 20]);
  for (const [name, score] of [
    ['Mild', 5],
    ['Severe', 20],
  ] as const)
    expect(scoreAt(await topOf(chart.getByText(name, { exact: true })))).toBe(score);

  await chart.getByRole('button', { name: 'Show as table' }).click();
  const rows = await cellsOf(chart.getByRole('table'));
  expect(rows.map(([date, score]) => [date, Number(score)])).toEqual(
    points.map(({ local_date, value }) => [local_date, value]),
  );
});

test('older OASIS wording is a series of its own, and the cut-off stands beside the current one only', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  await window.call('submit_assessment', { instrument: 'OASIS', responses: [2, 2, 2, 2, 1] });
  const series = await seriesOf(window, 'OASIS');
  const older = series.find(({ comparable }) => !comparable)?.points ?? [];
  await open(window, '/charts?range=alltime&instrument=OASIS');
  const chart = figure(page, /^OASIS: 9/);
  await chart.getByText('1 above the published cut-off of 8.').waitFor();
  expect(await chart.locator('path.older').count()).toBe(older.length);
  expect(await chart.locator('circle.point').count()).toBe(1);
  await chart.getByText('OASIS (Anxiety), earlier wording', { exact: true }).waitFor();
  const [cutOff] = await chart
    .locator('line.threshold')
    .evaluateAll((all) => all.map((line) => line.getBoundingClientRect().left));
  const lastOlder = await chart.locator('path.older').last().boundingBox();
  expect(cutOff).toBeGreaterThan((lastOlder?.x ?? 0) + (lastOlder?.width ?? 0));

  await chart.getByRole('button', { name: 'Show as table' }).click();
  const rows = await cellsOf(chart.getByRole('table'));
  expect(rows.filter(([, , band]) => band === '–')).toHaveLength(older.length);
});

test('left and right read the points one by one, and T opens the table', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  const [phq9] = await seriesOf(window, 'PHQ9');
  await open(window, '/charts?range=alltime&instrument=PHQ9');
  const chart = figure(page, /^PHQ-9/);
  await chart.getByRole('application').focus();
  const said = chart.locator('[aria-live]');
  await page.keyboard.press('ArrowRight');
  await said.getByText(`: ${String(phq9?.points[0]?.value)},`).waitFor();
  expect(await said.textContent()).toBe('21 November 2024: 6, mild');
  await page.keyboard.press('ArrowRight');
  await said.getByText('28 November 2024: 9, mild', { exact: true }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await said.getByText('21 November 2024: 6, mild', { exact: true }).waitFor();
  await page.keyboard.press('t');
  await chart.getByRole('table').waitFor();
  await page.keyboard.press('t');
  await chart.getByRole('application').waitFor();
});

test('a range is in the address, survives going back, and takes two days in either order', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  const [phq9] = await seriesOf(window, 'PHQ9');
  const within = (phq9?.points ?? []).filter(
    ({ local_date }) => local_date >= '2025-02-01' && local_date <= '2025-04-30',
  );
  await open(window, '/charts?instrument=PHQ9');
  await page.getByText('There is no PHQ-9 in this range.').waitFor();
  await page.getByRole('button', { name: 'Show all time' }).click();
  await figure(page, /^PHQ-9: /).waitFor();

  await page.getByRole('radio', { name: 'Custom' }).click();
  await page.getByLabel('To', { exact: true }).fill('2025-02-01');
  await page.getByLabel('From', { exact: true }).fill('2025-04-30');
  const chart = figure(page, /^PHQ-9: /);
  await expect.poll(() => chart.locator('circle.point').count()).toBe(within.length);
  await page.getByLabel('To', { exact: true }).fill('');
  await page.getByLabel('To', { exact: true }).fill('2025-02-01');
  await expect.poll(() => chart.locator('circle.point').count()).toBe(within.length);

  await page.getByRole('link', { name: 'Today' }).first().click();
  await page.getByRole('radio', { name: 'Good, 5 of 7' }).waitFor();
  await page.goBack();
  await expect.poll(() => chart.locator('circle.point').count()).toBe(within.length);
  expect(await page.getByRole('radio', { name: 'Custom' }).getAttribute('aria-checked')).toBe('true');
});

test('a chart is saved as a picture twice its size, and as a table that no spreadsheet runs', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  const [phq9] = await seriesOf(window, 'PHQ9');
  await open(window, '/charts?range=alltime&instrument=PHQ9');
  const chart = figure(page, /^PHQ-9/);
  const width = (await chart.getByRole('application').boundingBox())?.width ?? 0;
  const picture = await download(page, chart.getByRole('button', { name: 'Save as picture (PNG)' }));
  expect(picture.name).toBe('PHQ-9 over time.png');
  expect([...picture.bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect(picture.bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(2 * width);
  expect(picture.bytes.length).toBeGreaterThan(10_000);

  const table = await download(page, chart.getByRole('button', { name: 'Save as table (CSV)' }));
  expect(table.name).toBe('PHQ-9 over time.csv');
  const lines = table.bytes.toString().trimEnd().split('\r\n');
  expect(lines[0]).toBe('Date,Score,Band,Version');
  expect(lines.slice(1).map((line) => line.split(',').slice(0, 2).join(' '))).toEqual(
    phq9?.points.map(({ local_date, value }) => `${local_date} ${String(value)}`),
  );

  const { id: group_id } = await answer<{ id: string }>(window, 'create_activity_group', { name: 'Sums' });
  const { id } = await answer<{ id: string }>(window, 'create_activity', { group_id, name: '=1+1' });
  for (let entry = 0; entry < 5; entry += 1)
    await window.call('log_mood', { mood_rating: 5, activity_ids: [id] });
  await open(window, '/charts/mood?range=alltime');
  const associations = figure(page, /^What goes along/);
  const sums = await download(page, associations.getByRole('button', { name: 'Save as table (CSV)' }));
  expect(sums.bytes.toString()).toContain("\r\n'=1+1,5.00,");
});

test('moods: every entry, every day, every count, and associations without a cause', async () => {
  await using window = await openWindow({ dataDir: await folderWithYear() });
  const { page } = window;
  const moods = await answer<{
    readonly points: readonly { readonly mood_rating: number; readonly local_date: string }[];
    readonly statistics: { readonly mood_distribution: Readonly<Record<string, number>> };
  }>(window, 'get_mood_chart_data', { time_range: 'alltime' });
  await open(window, '/charts/mood?range=alltime');
  const line = figure(page, /^Mood: median/);
  expect(await line.locator('circle.point').count()).toBe(moods.points.length);
  await line.getByRole('button', { name: 'Show as table' }).click();
  const rows = await cellsOf(line.getByRole('table'));
  expect(rows.map(([day, , rating]) => [day, Number(rating)])).toEqual(
    moods.points.map(({ local_date, mood_rating }) => [local_date, mood_rating]),
  );

  const spread = figure(page, /is the mood you chose most$/);
  await spread.getByRole('button', { name: 'Show as table' }).click();
  expect((await cellsOf(spread.getByRole('table'))).map(([, count]) => Number(count))).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((rating) => moods.statistics.mood_distribution[rating] ?? 0),
  );

  const year = figure(page, '2025, day by day');
  const { days } = await answer<{ readonly days: readonly { readonly day: string }[] }>(
    window,
    'get_year_in_pixels',
    { year: 2025 },
  );
  await expect.poll(() => year.locator('rect.track').count()).toBe(days.length);
  expect(await year.locator('rect.none').count()).toBe(365 - days.length);
  await year.getByRole('application').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await year
    .getByText(/^1 February 2025: /)
    .last()
    .waitFor();

  const words = await figure(page, /^What goes along/)
    .getByRole('img', { name: /entries, mean/ })
    .getAttribute('aria-label');
  expect(words).toMatch(/Running: \d+ entries, mean \d\.\d/);
  expect(await page.getByText(/makes you|because|improv/i).count()).toBe(0);
});

test('the year and the week fit a narrow window, four weeks in a row', async () => {
  await using window = await openWindow({
    dataDir: await folderWithYear(),
    context: { viewport: { width: 375, height: 760 } },
  });
  const { page } = window;
  await open(window, '/charts/mood?range=alltime');
  const year = figure(page, '2025, day by day');
  await year
    .getByText('6 Jan', { exact: true })
    .or(year.getByText('27 Jan', { exact: true }))
    .waitFor();
  expect(await page.locator('#sheet').evaluate((sheet) => sheet.scrollWidth - sheet.clientWidth)).toBe(0);
  for (const svg of await page.locator('.chart svg').all()) {
    const box = await svg.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(375);
  }
});

test('activities: days per week, the group they belong to, a trend in days, and week after week', async () => {
  await using window = await openWindow();
  const { page } = window;
  const { id: group_id } = await answer<{ id: string }>(window, 'create_activity_group', { name: 'Body' });
  const [walk, swim] = await Promise.all(
    ['Walk', 'Swim'].map((name) => answer<{ id: string }>(window, 'create_activity', { group_id, name })),
  );
  const log = (activity_id: string | undefined, daysAgo: number): Promise<unknown> =>
    window.call('log_activity', {
      activity_id,
      logged_at: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
    });
  for (const daysAgo of [0, 1, 9, 40]) await log(walk?.id, daysAgo);
  for (const daysAgo of [0, 3]) await log(swim?.id, daysAgo);
  await open(window, '/charts/activities?range=month');
  await page.getByLabel('Activity or group').selectOption({ label: 'Walk' });
  const chart = figure(page, /^Walk: 3 days in \d weeks$/);
  await chart.getByText('On 3 of the last 30 days, 2 days more than in the 30 days before.').waitFor();
  await chart.getByRole('button', { name: 'Show as table' }).click();
  const days = (await cellsOf(chart.getByRole('table'))).map(([, count]) => Number(count));
  expect(days.reduce((sum, count) => sum + count, 0)).toBe(3);

  await page.getByLabel('Activity or group').selectOption({ label: 'All of Body' });
  await figure(page, /^Body: 4 days in \d weeks$/).waitFor();

  await page.getByText(/logged activit(y|ies) of [12] kinds?\./).waitFor();
  await page.getByRole('button', { name: 'Week before' }).click();
  await page.getByRole('button', { name: 'Week after' }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('where there is too little to draw, a sentence says so and leads on', async () => {
  await using window = await openWindow();
  const { page } = window;
  await open(window, '/charts?range=alltime');
  await page.getByText('There is no PHQ-9 yet.').waitFor();
  await window.call('submit_assessment', { instrument: 'GAD7', responses: [1, 1, 1, 1, 1, 1, 1] });
  await open(window, '/charts');
  await page.getByText(/^A line needs two scores\. You have one, from \d+ \w+ \d{4}\.$/).waitFor();
  await page.getByRole('link', { name: 'Take the GAD-7' }).click();
  await page.waitForURL('**/assessments/GAD7');

  await open(window, '/charts/mood?range=alltime');
  await page.getByText('There is no check-in yet.').waitFor();
  await window.call('log_mood', { mood_rating: 4 });
  await page.getByText(/^A line needs two check-ins\. You have one/).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Log mood' }).click();
  await page.waitForURL('**/check-in');

  await page.goto(new URL('/charts/activities', page.url()).href);
  await page.getByText('Add what you do, or want to do more of.').waitFor();
});
