/** A year of the original app comes in whole, with every row accounted for and every questionnaire scored right. */
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { inFile, temporaryFolder } from '../testing.ts';
import {
  copyOfFixture,
  countsOf,
  exported,
  FIXTURE,
  imported,
  openImportDevice,
  stateOfFolder,
  tableOf,
} from './original-app.testing.ts';

// Looked at beside the fixture, which must stay untouched.
const looked = copyOfFixture();
const { report, records } = await imported(FIXTURE);

test('every row of every table is accounted for', () => {
  expect(countsOf(report)).toEqual({
    schema_migrations: [6, 0, 6, 0, 0],
    assessment_types: [4, 0, 4, 0, 0],
    assessment_responses: [110, 110, 0, 0, 0],
    activity_groups: [4, 4, 0, 0, 0],
    activities: [12, 12, 0, 0, 0],
    mood_checkins: [700, 700, 0, 0, 0],
    mood_checkin_activities: [847, 847, 0, 0, 0],
    activity_logs: [500, 500, 0, 0, 0],
    activity_goals: [6, 5, 0, 1, 0],
    assessment_schedules: [4, 4, 0, 0, 0],
  });
  expect(tableOf(report, 'activity_goals').reasons).toEqual([
    { reason: 'it is a goal for neither an activity nor a group', count: 1, rows: [6] },
  ]);
  expect(report.tables.filter(({ reasons }) => reasons.length > 0)).toHaveLength(1);
  expect(report.tables.flatMap(({ notes }) => notes)).toEqual([
    { note: 'it lives on although its group was deleted', count: 1 },
    { note: 'its activity or group was deleted', count: 1 },
  ]);
  expect(report).toMatchObject({ changed: 1_335, unchanged: 0, time_zone: 'Europe/Berlin' });
});

test('the report says nothing of what the person wrote', () => {
  const written = Object.values(records)
    .flat()
    .flatMap(({ name, description, notes, icon }) => [name, description, notes, icon])
    .filter((text) => typeof text === 'string');
  expect(new Set(written).size).toBeGreaterThan(20);
  const told = JSON.stringify(report);
  expect([...new Set(written)].filter((text) => told.includes(text))).toEqual([]);
});

test('as many records arrive as the report says, and no other kind', () => {
  expect(Object.fromEntries(Object.entries(records).map(([kind, list]) => [kind, list.length]))).toEqual({
    activity: 12,
    activity_goal: 5,
    activity_group: 4,
    activity_log: 500,
    assessment: 110,
    mood_entry: 700,
    preference: 0,
    schedule: 4,
  });
});

test('[M3] deleted rows arrive deleted, at the time they were', () => {
  const deleted = (kind: string): unknown[] =>
    records[kind]!.filter(({ deleted_at }) => deleted_at !== null)
      .map(({ name, deleted_at }) => [name, deleted_at])
      .toSorted();
  expect(deleted('activity_group')).toEqual([['Work', '2025-09-02T13:11:40.000Z']]);
  expect(deleted('activity')).toEqual([
    ['Board games', '2025-07-08T00:30:00.000Z'],
    ['Meetings', '2025-08-16T00:30:00.000Z'],
    ['Yoga', '2025-03-21T00:30:00.000Z'],
  ]);
  expect(deleted('activity_log')).toHaveLength(2);
  expect(deleted('activity_goal')).toHaveLength(1);
});

test('every check-in keeps its rating, note, time and activities, deleted ones too', () => {
  const rows = inFile(
    looked,
    `select mood_rating, notes, replace(created_at, ' ', 'T') || '.000Z' as at,
       (select group_concat(name, '|') from (
         select a.name from mood_checkin_activities l join activities a on a.id = l.activity_id
         where l.mood_checkin_id = m.id order by l.id)) as activities
     from mood_checkins m`,
  ).map(({ mood_rating, notes, at, activities }) =>
    JSON.stringify([at, mood_rating, notes, activities ?? '']),
  );
  const nameById = new Map(records.activity!.map(({ id, name }) => [id, name]));
  const entries = records.mood_entry!.map(({ recorded_at, mood_rating, notes, activity_ids }) =>
    JSON.stringify([
      recorded_at,
      mood_rating,
      notes,
      (activity_ids as string[]).map((id) => nameById.get(id)).join('|'),
    ]),
  );
  expect(entries.toSorted()).toEqual(rows.toSorted());
});

test('the day of an entry is that of the zone the person lived in', async () => {
  expect(new Set(records.mood_entry!.map(({ time_zone }) => time_zone))).toEqual(new Set(['Europe/Berlin']));
  const device = await openImportDevice();
  await device.importFile(FIXTURE, 'America/Los_Angeles');
  for (const entry of exported(device).mood_entry!) {
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Los_Angeles' });
    expect(entry).toMatchObject({
      time_zone: 'America/Los_Angeles',
      local_date: day.format(new Date(String(entry.recorded_at))),
    });
  }
  device.close();
});

test('every odd time of a log is the moment it meant', () => {
  const moments = records.activity_log!.map(
    ({ logged_at, created_at }) => `${String(created_at)} ${String(logged_at)}`,
  );
  expect(moments).toEqual(
    expect.arrayContaining([
      '2024-11-22T15:24:34.000Z 2024-11-22T15:24:34.000Z',
      '2024-12-17T03:00:20.000Z 2024-12-17T03:00:20.111Z',
      '2025-06-16T10:46:03.000Z 2025-06-16T10:46:03.000Z',
      '2025-08-29T14:58:15.000Z 2025-08-29T14:58:15.000Z',
    ]),
  );
});

test('reminders keep their local time, and when they last came stays on this device', async () => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const device = await openImportDevice({ databasePath });
  await device.importFile(FIXTURE);
  expect(
    inFile(
      databasePath,
      `select frequency, time_of_day, enabled, last_triggered_at
       from schedule left join reminder on schedule_id = id order by created_at`,
    ).map((row) => Object.values(row)),
  ).toEqual([
    ['weekly', '09:00', 1, '2025-11-10T14:00:37.000Z'],
    ['biweekly', '18:30', 1, '2025-11-06T23:30:12.000Z'],
    ['monthly', '08:00', 1, '2025-10-31T12:00:41.000Z'],
    ['daily', '21:00', 0, null],
  ]);
  expect(device.exportJson()).not.toContain('last_triggered_at');
  device.close();
});

test('neither the file nor the folder around it is touched', async () => {
  const before = stateOfFolder(dirname(FIXTURE));
  await imported(FIXTURE);
  expect(stateOfFolder(dirname(FIXTURE))).toEqual(before);
});
