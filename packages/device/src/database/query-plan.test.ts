/** What a page shows of now is read along an index, in its order: never a whole table, and nothing is sorted. */
import { ActivityId, type Result } from '@mhb/core-domain';
import { expect, test } from 'vitest';
import { getActivityLogs } from '../activities/activity-queries.ts';
import {
  getAssessmentHistory,
  getDraftAssessments,
  getLatestAssessment,
} from '../assessments/assessment-queries.ts';
import {
  averageMood,
  countLogsByActivity,
  countLogsByGroup,
} from '../insights/activity-report-repository.ts';
import { listResultsOfDays } from '../insights/assessment-result-repository.ts';
import { listRatingsByDay } from '../insights/mood-insight-repository.ts';
import { getMoodHistory } from '../mood/mood-queries.ts';
import { migrate } from './migrate.ts';
import { openSqlite } from './sqlite.ts';
import type { Database, Sql } from './sql.ts';

const to_date = '2025-03-10T12:00:00Z';
const before_id = ActivityId.parse('01977332-9be5-7f55-b98a-df0ef6e8137c');
const activity_id = before_id;
const next = { limit: 50, to_date, before_id };
const newest = { limit: 50 };
const days = { start: '2025-03-10', end: '2025-03-16', dayStart: '03:00' } as const;

/** The plan of every statement that is asked on the way. */
const plansOf = (ask: (database: Database) => unknown): readonly string[] => {
  const database = openSqlite(':memory:');
  migrate(database);
  const plans: string[] = [];
  const explain = (statement: Sql): void => {
    const steps = database.all<{ detail: string }>({
      ...statement,
      text: `explain query plan ${statement.text}`,
    });
    plans.push(...steps.map(({ detail }) => detail));
  };
  const watched: Database = {
    ...database,
    all: (statement) => {
      explain(statement);
      return database.all(statement);
    },
    get: (statement) => {
      explain(statement);
      return database.get(statement);
    },
  };
  ask(watched);
  database.close();
  return plans;
};

const succeed = (answer: Result<unknown, unknown>): void => {
  expect(answer.ok).toBe(true);
};

const pages: readonly [string, string, (database: Database) => Result<unknown, unknown>][] = [
  ['the newest moods', 'mood_entry_by_time', (database) => getMoodHistory({ database }, newest)],
  ['the next moods', 'mood_entry_by_time', (database) => getMoodHistory({ database }, next)],
  ['the newest logs', 'activity_log_by_time', (database) => getActivityLogs({ database }, newest)],
  [
    'the next logs',
    'activity_log_by_time',
    (database) => getActivityLogs({ database }, { limit: 50, end_date: to_date, before_id }),
  ],
  [
    'the newest logs of one activity',
    'activity_log_by_activity',
    (database) => getActivityLogs({ database }, { limit: 50, activity_id }),
  ],
  [
    'the newest questionnaires',
    'assessment_by_time',
    (database) => getAssessmentHistory({ database }, newest),
  ],
  ['the next questionnaires', 'assessment_by_time', (database) => getAssessmentHistory({ database }, next)],
  [
    'the newest of one questionnaire',
    'assessment_by_instrument',
    (database) => getAssessmentHistory({ database }, { instrument: 'PHQ9', limit: 50 }),
  ],
  [
    'the latest questionnaire',
    'assessment_by_instrument',
    (database) => getLatestAssessment({ database }, { instrument: 'PHQ9' }),
  ],
];

test.each(pages)('%s come along an index and are not sorted', (_, index, ask) => {
  const plan = plansOf((database) => {
    succeed(ask(database));
  });
  expect(plan.some((step) => step.startsWith('SEARCH') && step.includes(index))).toBe(true);
  expect(plan.filter((step) => /^SCAN (mood_entry|assessment|activity_log)\b/.test(step))).toEqual([]);
  expect(plan.filter((step) => step.includes('ORDER BY'))).toEqual([]);
});

test('drafts have an index of their own', () => {
  const plan = plansOf((database) => {
    succeed(getDraftAssessments({ database }));
  });
  expect(plan).toEqual(['SCAN assessment USING INDEX assessment_draft']);
});

test.each<[string, string, (database: Database) => unknown]>([
  ['logs by activity', 'activity_log_by_day', (database) => countLogsByActivity(database, days)],
  ['logs by group', 'activity_log_by_day', (database) => countLogsByGroup(database, days)],
  ['moods', 'mood_entry_by_day', (database) => averageMood(database, days)],
  ['questionnaires', 'assessment_by_day', (database) => listResultsOfDays(database, days)],
  [
    'moods by day',
    'mood_entry_by_day',
    (database) => listRatingsByDay(database, { first: days.start, last: days.end, dayStart: days.dayStart }),
  ],
])('%s of some days are found by these days', (_, index, ask) => {
  const plan = plansOf(ask);
  expect(plan.filter((step) => /(mood_entry|assessment|activity_log|log)\b.*INDEX/.test(step))).toEqual([
    expect.stringContaining(index),
  ]);
  expect(plan.filter((step) => /^SCAN (mood_entry|assessment|activity_log|log)\b/.test(step))).toEqual([]);
});
