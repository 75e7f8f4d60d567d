/** A person who goes on with the original app can import again: what is new in the file comes, whatever came before. */
import { expect, test } from 'vitest';
import { changeFile, exported, openImportDevice, originalFile } from './original-app.testing.ts';
import { type Cell, someRows } from './original-rows.testing.ts';

test('a newer copy brings the new rows, deletions and later edits, and nothing else', async () => {
  const device = await openImportDevice();
  const file = originalFile(someRows);
  await device.importFile(file);
  const [activity] = exported(device).activity!;
  await device.run('update_activity', { id: activity!.id, color: '#abc' });
  changeFile(file, {
    rows: {
      mood_checkins: [{ id: 3, mood_rating: 7, created_at: '2025-02-01 09:00:00' }],
      mood_checkin_activities: [{ id: 2, mood_checkin_id: 3, activity_id: 1 }],
    },
    then: `
      update activity_logs set deleted_at = '2025-02-01 10:00:00';
      update assessment_schedules set enabled = 0, updated_at = '2025-02-01 11:00:00';`,
  });
  const report = await device.importFile(file);
  expect(report).toMatchObject({ changed: 3, unchanged: 6 });
  const records = exported(device);
  expect(records.activity).toMatchObject([{ name: 'Walk', color: '#abc' }]);
  expect(records.mood_entry).toHaveLength(3);
  expect(records.mood_entry!.find(({ mood_rating }) => mood_rating === 7)).toMatchObject({
    activity_ids: [activity!.id],
  });
  expect(records.activity_log).toMatchObject([{ deleted_at: '2025-02-01T10:00:00.000Z' }]);
  expect(records.schedule).toMatchObject([{ enabled: false }]);
});

test.each([
  ['activities', 'name', 'Zoo', 'Ant'],
  ['activities', 'name', 'Ant', 'Zoo'],
  ['activities', 'color', '#abc', null],
  ['activities', 'icon', null, 'fire'],
  ['activity_groups', 'description', null, 'fresh air'],
  ['activity_goals', 'target_value', 5, 2],
] as const)(
  '[M1] of two copies the one with more rows knows better: %s.%s from %j to %j',
  async (...cells) => {
    const [table, column, before, after] = cells;
    const set = (value: Cell): string =>
      `update ${table} set ${column} = ${typeof value === 'string' ? `'${value}'` : String(value)}`;
    const [older, newer] = [before, after].map((value) => originalFile(someRows, { then: set(value) }));
    changeFile(newer!, { rows: { mood_checkins: [{ mood_rating: 7, created_at: '2025-02-01 09:00:00' }] } });
    for (const copies of [
      [older!, newer!],
      [newer!, older!],
    ]) {
      const device = await openImportDevice();
      for (const copy of copies) await device.importFile(copy);
      const kind = {
        activities: 'activity',
        activity_groups: 'activity_group',
        activity_goals: 'activity_goal',
      }[table];
      expect(exported(device)[kind]).toMatchObject([{ [column]: after }]);
      expect(await device.importFile(newer!)).toMatchObject({ changed: 0 });
    }
  },
);

test('[M1] of two copies with as many rows the later edit of a reminder wins, in either order', async () => {
  const edited = (time: string, at: string): string =>
    originalFile(someRows, {
      then: `update assessment_schedules set time_of_day = '${time}', updated_at = '${at}'`,
    });
  const [earlier, later] = [edited('21:00', '2025-02-01 09:00:00'), edited('07:00', '2025-02-02 09:00:00')];
  for (const copies of [
    [earlier, later],
    [later, earlier],
  ]) {
    const device = await openImportDevice();
    for (const copy of copies) await device.importFile(copy);
    expect(exported(device).schedule).toMatchObject([{ time_of_day: '07:00' }]);
  }
});

test('a newer copy that is imported in another zone moves no day of earlier entries', async () => {
  const device = await openImportDevice();
  const file = originalFile(someRows);
  await device.importFile(file, 'Europe/Berlin');
  changeFile(file, {
    rows: { mood_checkins: [{ id: 3, mood_rating: 7, created_at: '2025-02-01 20:00:00' }] },
  });
  expect(await device.importFile(file, 'Asia/Tokyo')).toMatchObject({ changed: 1 });
  expect(
    exported(device)
      .mood_entry!.map(({ time_zone, local_date }) => [time_zone, local_date])
      .toSorted(),
  ).toEqual([
    ['Asia/Tokyo', '2025-02-02'],
    ['Europe/Berlin', '2025-01-02'],
    ['Europe/Berlin', '2025-01-03'],
  ]);
});

test('an older copy takes nothing back', async () => {
  const [older, newer] = [originalFile(someRows), originalFile(someRows)];
  changeFile(newer, {
    rows: { mood_checkins: [{ id: 3, mood_rating: 7, created_at: '2025-02-01 09:00:00' }] },
    then: `
      update activities set deleted_at = '2025-02-01 10:00:00';
      update assessment_schedules set enabled = 0, updated_at = '2025-02-01 11:00:00';`,
  });
  const device = await openImportDevice();
  await device.importFile(newer);
  const held = device.exportJson();
  await device.importFile(older);
  expect(device.exportJson()).toBe(held);
});

test('[R1] a file that grows stays the same file when its tables get their first rows', async () => {
  const device = await openImportDevice();
  const [first, second] = someRows.mood_checkins;
  const file = originalFile({
    mood_checkins: [
      { ...first, created_at: '2025-01-01 08:30:00' },
      { ...second, created_at: '2025-01-01 08:31:00' },
    ],
  });
  await device.importFile(file);
  const { mood_checkins: _, ...later } = someRows;
  changeFile(file, { rows: later });
  const report = await device.importFile(file);
  // The first check-in has got an activity; the second is as it was.
  expect(report.unchanged).toBe(1);
  expect(exported(device).mood_entry).toHaveLength(2);
});

test('[R1] a draft that is saved again does not make another file of it', async () => {
  const device = await openImportDevice();
  const draft = {
    id: 1,
    assessment_type_id: 1,
    responses: '[1,-1,-1,-1,-1,-1,-1,-1,-1]',
    total_score: 1,
    severity_level: 'unknown',
    completed_at: '2025-01-01 08:30:00',
    status: 'draft',
  };
  const file = originalFile({ assessment_responses: [draft], mood_checkins: someRows.mood_checkins });
  await device.importFile(file);
  changeFile(file, {
    then: `
      update assessment_responses
      set responses = '[1,2,-1,-1,-1,-1,-1,-1,-1]', completed_at = '2025-02-01 08:30:00'`,
  });
  expect(await device.importFile(file)).toMatchObject({ changed: 1, unchanged: 2 });
  expect(exported(device).assessment).toMatchObject([{ responses: [1, 2, -1, -1, -1, -1, -1, -1, -1] }]);
  expect(exported(device).mood_entry).toHaveLength(2);
});
