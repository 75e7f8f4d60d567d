/**
 * Values that the original app would not have written, and of which nothing can be made: the row is skipped with its
 * reason, and all the others come along untouched.
 */
import { expect, test } from 'vitest';
import { imported, originalFile, tableOf, withoutStamps } from './original-app.testing.ts';
import { type EntryTable, MARK, type Row, rowsWith, someRows } from './original-rows.testing.ts';

const base = await imported(originalFile(someRows));

const BLOB = Buffer.from('00ff', 'hex');
const HUGE = 2n ** 62n;
const INVALID = (column: string): string => `the column ${column} holds a value that is not allowed there`;

const skipped: readonly (readonly [EntryTable, Row, string])[] = [
  ['activity_groups', { name: null }, INVALID('name')],
  ['activity_groups', { name: BLOB }, INVALID('name')],
  ['activity_groups', { description: BLOB }, INVALID('description')],
  ['activities', { name: null }, INVALID('name')],
  ['activities', { group_id: null }, INVALID('group_id')],
  ['activities', { group_id: MARK }, INVALID('group_id')],
  ['activities', { group_id: HUGE }, INVALID('group_id')],
  ['activities', { color: BLOB }, INVALID('color')],
  ['activities', { icon: BLOB }, INVALID('icon')],
  ['mood_checkins', { mood_rating: null }, INVALID('mood_rating')],
  ['mood_checkins', { mood_rating: MARK }, INVALID('mood_rating')],
  ['mood_checkins', { mood_rating: BLOB }, INVALID('mood_rating')],
  ['mood_checkins', { mood_rating: 0 }, INVALID('mood_rating')],
  ['mood_checkins', { mood_rating: 8 }, INVALID('mood_rating')],
  ['mood_checkins', { mood_rating: -1 }, INVALID('mood_rating')],
  ['mood_checkins', { mood_rating: 3.5 }, INVALID('mood_rating')],
  ['mood_checkins', { mood_rating: Infinity }, INVALID('mood_rating')],
  ['mood_checkins', { mood_rating: HUGE }, INVALID('mood_rating')],
  ['mood_checkins', { notes: BLOB }, INVALID('notes')],
  ['mood_checkins', { notes: MARK.repeat(5_000) }, 'its texts are longer than a record can be'],
  ['mood_checkin_activities', { activity_id: 77 }, 'its activity was not imported'],
  ['mood_checkin_activities', { mood_checkin_id: 77 }, 'its check-in was not imported'],
  ['mood_checkin_activities', { mood_checkin_id: 1 }, 'the check-in has this activity already'],
  ['mood_checkin_activities', { activity_id: null }, INVALID('activity_id')],
  ['mood_checkin_activities', { mood_checkin_id: MARK }, INVALID('mood_checkin_id')],
  ['activity_logs', { activity_id: null }, INVALID('activity_id')],
  ['activity_logs', { notes: BLOB }, INVALID('notes')],
  ['activity_goals', { goal_type: MARK }, INVALID('goal_type')],
  ['activity_goals', { target_value: 0 }, INVALID('target_value')],
  ['activity_goals', { target_value: -(2n ** 63n) }, INVALID('target_value')],
  ['activity_goals', { period_days: MARK }, INVALID('period_days')],
  ['activity_goals', { activity_id: null }, 'it is a goal for neither an activity nor a group'],
  ['activity_goals', { group_id: 1 }, 'it is a goal for both an activity and a group'],
  ['assessment_responses', { assessment_type_id: 5 }, 'its questionnaire is not known here'],
  ['assessment_responses', { assessment_type_id: null }, INVALID('assessment_type_id')],
  ['assessment_responses', { responses: null }, INVALID('responses')],
  ['assessment_responses', { responses: BLOB }, INVALID('responses')],
  ['assessment_responses', { status: MARK }, INVALID('status')],
  ['assessment_responses', { status: null }, INVALID('status')],
  ...['', MARK, '[0,1,2', '{"0":1}', 'null', '"0123012"', '[0,1,2,3,0,1,"2"]', '[0,1,2,3,0,1,null]'].map(
    (responses) =>
      ['assessment_responses', { responses }, 'the column responses holds no list of answers'] as const,
  ),
  ...['[0,1,2,3,0,1,2.5]', '[0,1,2,3,0,1,1e300]', `${'['.repeat(9_000)}${']'.repeat(9_000)}`].map(
    (responses) =>
      ['assessment_responses', { responses }, 'the column responses holds no list of answers'] as const,
  ),
  ...['[]', '[0,1,2,3,0,1]', '[0,1,2,3,0,1,2,3]'].map(
    (responses) =>
      ['assessment_responses', { responses }, 'it has not one answer for each question'] as const,
  ),
  ...['[0,1,2,3,0,1,4]', '[0,1,2,3,0,1,-1]', '[0,1,2,3,0,1,9007199254740991]'].map(
    (responses) =>
      [
        'assessment_responses',
        { responses },
        'one of its answers is none that the questionnaire offers',
      ] as const,
  ),
  [
    'assessment_responses',
    { responses: '[0,1,2,3,0,1,-2]', status: 'draft' },
    'one of its answers is none that the questionnaire offers',
  ],
  ['assessment_schedules', { assessment_type_id: 77 }, 'its questionnaire is not known here'],
  ['assessment_schedules', { frequency: 'yearly' }, INVALID('frequency')],
  ['assessment_schedules', { enabled: MARK }, INVALID('enabled')],
  ['assessment_schedules', { time_of_day: '24:00' }, 'the column time_of_day holds no time as HH:MM'],
  ['assessment_schedules', { time_of_day: '+9:+5' }, 'the column time_of_day holds no time as HH:MM'],
  ['assessment_schedules', { time_of_day: null }, INVALID('time_of_day')],
  ['assessment_schedules', { day_of_month: MARK }, INVALID('day_of_month')],
];

test.each(skipped)('%s with %o is skipped, and nothing else is', async (table, cells, reason) => {
  const { report, records } = await imported(originalFile(rowsWith(table, cells), { loose: true }));
  expect(tableOf(report, table).reasons).toEqual([{ reason, count: 1, rows: [9] }]);
  expect(report.tables.reduce((sum, one) => sum + one.skipped, 0)).toBe(1);
  expect(JSON.stringify(report)).not.toContain('secret');
  // The stamps say how many rows the file had; everything else is as without the bad row.
  expect(withoutStamps(records)).toEqual(withoutStamps(base.records));
});
