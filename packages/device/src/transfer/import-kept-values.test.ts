/** Odd values that a record can have, or that can be done without: the row comes along, and a note says what stood in. */
import { expect, test } from 'vitest';
import { imported, originalFile, tableOf } from './original-app.testing.ts';
import { type EntryTable, MARK, type Row, rowsWith, someRows } from './original-rows.testing.ts';

const base = await imported(originalFile(someRows));
const BLOB = Buffer.from('00ff', 'hex');
const HUGE = 2n ** 62n;
const NOTE = (column: string, standIn: string): string =>
  `${column} is not a time; ${standIn} stands in for it`;
const ROW_BEFORE = 'the time of the row before it';

const kept: readonly (readonly [EntryTable, Row, readonly string[], object])[] = [
  ['activity_groups', { name: ' <b> & "quotes" ' }, [], { name: ' <b> & "quotes" ' }],
  ['activity_groups', { name: 'Outside' }, [], { name: 'Outside' }],
  ['activity_groups', { name: 'x'.repeat(30_000) }, [], { name: 'x'.repeat(30_000) }],
  ['activity_groups', { name: '' }, [], { name: '' }],
  [
    'activity_groups',
    { deleted_at: MARK },
    [NOTE('deleted_at', 'created_at')],
    { deleted_at: '2025-02-01T09:00:00.000Z' },
  ],
  [
    'activity_groups',
    { created_at: null },
    [NOTE('created_at', ROW_BEFORE)],
    { created_at: '2025-01-01T09:00:00.000Z' },
  ],
  // Clocks run back, and deleted is deleted.
  ['activities', { deleted_at: '2024-01-01 09:00:00' }, [], { deleted_at: '2024-01-01T09:00:00.000Z' }],
  ['activities', { deleted_at: '1970-01-01' }, [], { deleted_at: '1970-01-01T00:00:00.000Z' }],
  ['activities', { group_id: 77 }, ['its group is not in the file'], {}],
  ['activities', { color: 'not a colour' }, [], { color: 'not a colour' }],
  ['mood_checkins', { notes: 'a\0b\u0007\u0085\r\n\t' }, [], { notes: 'a\0b\u0007\u0085\r\n\t' }],
  ['mood_checkins', { notes: '👨‍👩‍👧 é e\u0301 \u202e' }, [], { notes: '👨‍👩‍👧 é e\u0301 \u202e' }],
  ['mood_checkins', { notes: '' }, [], { notes: null }],
  ['mood_checkins', { notes: 42n }, [], { notes: '42' }],
  [
    'mood_checkins',
    { created_at: MARK },
    [NOTE('created_at', ROW_BEFORE)],
    { recorded_at: '2025-01-03T09:00:00.000Z' },
  ],
  ['mood_checkins', { created_at: BLOB }, [NOTE('created_at', ROW_BEFORE)], {}],
  ['mood_checkins', { created_at: HUGE }, [NOTE('created_at', ROW_BEFORE)], {}],
  ['mood_checkins', { created_at: '2025-02-30 09:00:00' }, [NOTE('created_at', ROW_BEFORE)], {}],
  ['mood_checkins', { created_at: '0000-01-01 00:00:00' }, [NOTE('created_at', ROW_BEFORE)], {}],
  ['mood_checkins', { created_at: '9999-12-31 23:59:59' }, [NOTE('created_at', ROW_BEFORE)], {}],
  ['mood_checkins', { created_at: '1970-01-01' }, [], { recorded_at: '1970-01-01T00:00:00.000Z' }],
  ['activity_logs', { activity_id: 77 }, ['its activity was not imported'], {}],
  [
    'activity_logs',
    { logged_at: 'yesterday' },
    [NOTE('logged_at', 'created_at')],
    { logged_at: '2025-02-01T09:00:00.000Z' },
  ],
  [
    'activity_logs',
    { created_at: null },
    [NOTE('created_at', 'logged_at')],
    { created_at: '2025-02-01T09:00:00.000Z' },
  ],
  [
    'activity_logs',
    { logged_at: '', created_at: '' },
    [NOTE('created_at', ROW_BEFORE), NOTE('logged_at', 'created_at')],
    {},
  ],
  ['activity_goals', { activity_id: 77 }, ['its activity or group was not imported'], {}],
  ['activity_goals', { target_value: 2 ** 40 }, [], { target_value: 2 ** 40 }],
  [
    'assessment_responses',
    { total_score: MARK },
    ['its stored total is not a number and was left out'],
    { legacy_total_score: null },
  ],
  ['assessment_responses', { total_score: HUGE }, ['its stored total is not a number and was left out'], {}],
  [
    'assessment_responses',
    { responses: ' [ 0,1,2,3,-0,1e0,2.0 ] ' },
    [],
    { responses: [0, 1, 2, 3, 0, 1, 2] },
  ],
  ['assessment_responses', { responses: '[-1,-1,-1,-1,-1,-1,-1]', status: 'draft' }, [], { status: 'draft' }],
  ['assessment_schedules', { enabled: -5 }, [], { enabled: true }],
  [
    'assessment_schedules',
    { day_of_month: 32 },
    ['day_of_month is missing; the day it was set up stands in for it'],
    { day_of_month: 1 },
  ],
  [
    'assessment_schedules',
    { day_of_week: 3 },
    ['day_of_week says nothing for this frequency and was left out'],
    { day_of_week: null },
  ],
  [
    'assessment_schedules',
    { last_triggered_at: MARK },
    ['last_triggered_at is not a time and was left out'],
    {},
  ],
];

test.each(kept)('%s with %o is kept, with the notes %j', async (table, cells, notes, members) => {
  const { report, records } = await imported(originalFile(rowsWith(table, cells), { loose: true }));
  const found = tableOf(report, table);
  expect(found).toMatchObject({ skipped: 0, imported: found.read });
  expect(found.notes).toEqual(notes.map((note) => ({ note, count: 1 })));
  expect(JSON.stringify(report)).not.toContain('secret');
  const known = new Set(Object.values(base.records).flatMap((list) => list.map(({ id }) => id)));
  expect(Object.values(records).flatMap((list) => list.filter(({ id }) => !known.has(id)))).toMatchObject([
    members,
  ]);
});
