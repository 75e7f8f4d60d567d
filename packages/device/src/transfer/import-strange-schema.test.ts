/** A file whose schema is not quite that of the original app gives every entry that can be told from it. */
import { expect, test } from 'vitest';
import { imported, originalFile, tableOf, withoutStamps } from './original-app.testing.ts';
import { someRows } from './original-rows.testing.ts';
import { originalTables } from './original-app/report.ts';

const MISSING = { note: 'the file has no such table with the columns of the original app', count: 1 };
const base = await imported(originalFile(someRows));

const entryTables = originalTables.filter((table) => Object.hasOwn(someRows, table));

test.each(entryTables)('without the table %s the other tables are imported', async (table) => {
  const { report } = await imported(originalFile(someRows, { then: `drop table ${table}` }));
  expect(tableOf(report, table)).toMatchObject({ read: 0, imported: 0, notes: [MISSING] });
  // A link needs both of its ends; everything else stands alone.
  const links = tableOf(report, 'mood_checkin_activities');
  const isLinked = ['mood_checkins', 'activities', 'mood_checkin_activities'].includes(table);
  expect(links.imported).toBe(isLinked ? 0 : 1);
  for (const other of entryTables.filter((one) => one !== table && one !== 'mood_checkin_activities')) {
    expect(tableOf(report, other).imported).toBe(tableOf(base.report, other).imported);
  }
});

test.each([
  ['mood_checkins', 'notes'],
  ['activity_logs', 'notes'],
  ['activity_groups', 'description'],
  ['assessment_responses', 'notes'],
] as const)(
  'a table %s without its column %s counts as missing, and nothing else does',
  async (table, column) => {
    const { report } = await imported(
      originalFile(someRows, { then: `alter table ${table} drop column ${column}` }),
    );
    expect(tableOf(report, table)).toMatchObject({ read: 0, notes: [MISSING] });
    expect(report.tables.filter(({ notes }) => notes.some(({ note }) => note === MISSING.note))).toHaveLength(
      1,
    );
  },
);

test.each([
  [
    'the unused migration 7',
    `insert into schema_migrations values (7, '2025-06-01 09:00:00');
     create index idx_assessment_responses_completed on assessment_responses (status, completed_at)
     where status = 'completed'`,
  ],
  [
    'more tables',
    `create table mood_checkins_new (id, notes); insert into mood_checkins_new values (1, 'left behind')`,
  ],
  [
    'more columns',
    `alter table mood_checkins add column weather text default 'rain';
     alter table activities add column computed text generated always as (upper(name)) virtual`,
  ],
  ['a full-text table', 'create virtual table notes_search using fts5(notes)'],
  [
    'views',
    'create view best as select * from mood_checkins where mood_rating > (select count(*) from best_of_all)',
  ],
  [
    'triggers',
    `create trigger no_reading before insert on mood_checkins begin select raise(abort, 'no'); end`,
  ],
  ['statistics', 'analyze'],
  ['a forgotten index', 'drop index idx_mood_checkins_date; drop index idx_one_draft_per_type'],
])('%s change nothing', async (_, then) => {
  const { report, records } = await imported(originalFile(someRows, { then }));
  expect(withoutStamps(records)).toEqual(withoutStamps(base.records));
  expect(report.tables.slice(1)).toEqual(base.report.tables.slice(1));
});

test.each([
  ['pages of 512 bytes', 'pragma page_size = 512'],
  ['pages of 64 KiB', 'pragma page_size = 65536'],
  ['incremental vacuum', 'pragma auto_vacuum = incremental'],
  ['text in UTF-16, big end first', `pragma encoding = 'UTF-16be'`],
  ['text in UTF-16, little end first', `pragma encoding = 'UTF-16le'`],
])('a file with %s gives the same records', async (_, first) => {
  const { records, report } = await imported(originalFile(someRows, { first }));
  expect(records).toEqual(base.records);
  expect(report).toEqual(base.report);
});

test.each([
  [
    'a view that never ends',
    `create view activity_goals as
     with recursive n(id) as (select 1 union all select id + 1 from n)
     select id, 1 as activity_id, null as group_id, 'days_per_period' as goal_type, 1 as target_value,
       7 as period_days, '2025-01-01' as created_at, null as deleted_at from n`,
  ],
  [
    'a table without row ids',
    `create table activity_goals (id integer primary key, activity_id, group_id,
     goal_type, target_value, period_days, created_at, deleted_at) without rowid`,
  ],
  [
    'a virtual table',
    `create virtual table activity_goals using fts5(id, activity_id, group_id, goal_type,
     target_value, period_days, created_at, deleted_at)`,
  ],
])('%s in the place of a table counts as missing', async (_, create) => {
  const { report } = await imported(originalFile(someRows, { then: `drop table activity_goals; ${create}` }));
  expect(tableOf(report, 'activity_goals')).toMatchObject({ read: 0, notes: [MISSING] });
  expect(tableOf(report, 'mood_checkins').imported).toBe(2);
});

test('questionnaires are known by their codes, whatever their ids are', async () => {
  const { report, records } = await imported(
    originalFile(someRows, {
      then: `
        update assessment_types set id = id + 10;
        update assessment_responses set assessment_type_id = 12, responses = '[0,1,2,3,0,1,2]'`,
    }),
  );
  expect(records.assessment).toMatchObject([{ instrument: 'GAD7' }]);
  // The reminder still names the id 1, which is none now.
  expect(tableOf(report, 'assessment_schedules').reasons).toMatchObject([
    { reason: 'its questionnaire is not known here' },
  ]);
});

test('an unknown questionnaire is told, and its answers are not guessed at', async () => {
  const { report } = await imported(
    originalFile(someRows, { then: `update assessment_types set code = 'PHQ-9' where id = 1` }),
  );
  expect(tableOf(report, 'assessment_types')).toMatchObject({ used: 3, skipped: 1 });
  expect(tableOf(report, 'assessment_responses')).toMatchObject({ imported: 0, skipped: 1 });
});

test('more rows than anybody has are read without an end of memory', async () => {
  const many = (select: string): string =>
    `with recursive n(i) as (select 7 union all select i + 1 from n where i < 200000) insert into ${select} from n`;
  const { report } = await imported(
    originalFile(someRows, { then: many(`schema_migrations select i, '2025-06-01 09:00:00'`) }),
  );
  expect(tableOf(report, 'schema_migrations').used).toBe(200_000);
  expect(tableOf(report, 'mood_checkins').imported).toBe(2);
});

test('row ids of every size are accounted for', async () => {
  const ids = [-(2n ** 63n), -5n, 0n, 2n ** 40n, 2n ** 53n - 1n, 2n ** 53n + 4n, 2n ** 63n - 1n];
  const rows = ids.map((id) => ({ id, mood_rating: 4, created_at: '2025-02-01 09:00:00' }));
  const { report, records } = await imported(
    originalFile({ ...someRows, mood_checkins: [...someRows.mood_checkins, ...rows] }),
  );
  expect(tableOf(report, 'mood_checkins')).toMatchObject({
    read: 9,
    imported: 6,
    skipped: 3,
    reasons: [{ reason: 'the column id holds a value that is not allowed there', count: 3 }],
  });
  expect(new Set(records.mood_entry!.map(({ id }) => id)).size).toBe(6);
});

test.each([
  ['41ff42', 'A\uFFFDB'],
  ['eda080', '\uFFFD\uFFFD\uFFFD'],
  ['f09f', '\uFFFD'],
  ['c080', '\uFFFD\uFFFD'],
])('bytes that are no text (%s) are replaced, and the row is kept with a note', async (hex, text) => {
  const { report, records } = await imported(
    originalFile(someRows, { then: `update mood_checkins set notes = cast(x'${hex}' as text) where id = 2` }),
  );
  expect(tableOf(report, 'mood_checkins').notes).toEqual([
    { note: 'some of its characters could not be read', count: 1 },
  ]);
  expect(records.mood_entry!.find(({ mood_rating }) => mood_rating === 2)).toMatchObject({ notes: text });
});
