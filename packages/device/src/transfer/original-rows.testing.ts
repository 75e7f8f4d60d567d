/** Rows of the original app for tests: those of a fresh installation, some entries, and one more for every table. */
import type { OriginalTable } from './original-app/report.ts';

export type Cell = string | number | bigint | Buffer | null;
export type Row = Readonly<Record<string, Cell>>;
export type Rows = Partial<Record<OriginalTable, readonly Row[]>>;

export const freshRows: Rows = {
  schema_migrations: [1, 2, 3, 4, 5, 6].map((version) => ({ version, applied_at: '2025-01-01 08:00:00' })),
  assessment_types: [
    ['PHQ9', 9, 27] as const,
    ['GAD7', 7, 21] as const,
    ['CESD', 20, 60] as const,
    ['OASIS', 5, 20] as const,
  ].map(([code, question_count, max_score], index) => ({
    id: index + 1,
    code,
    name: code,
    question_count,
    min_score: 0,
    max_score,
    thresholds: '{}',
    created_at: '2025-01-01 08:00:00',
  })),
};

/** One row of every table that leans on the others, all of it right. */
export const someRows = {
  activity_groups: [{ id: 1, name: 'Outside', created_at: '2025-01-01 09:00:00' }],
  activities: [{ id: 1, group_id: 1, name: 'Walk', created_at: '2025-01-01 09:01:00' }],
  mood_checkins: [
    { id: 1, mood_rating: 5, notes: 'fine', created_at: '2025-01-02 09:00:00' },
    { id: 2, mood_rating: 2, notes: null, created_at: '2025-01-03 09:00:00' },
  ],
  mood_checkin_activities: [{ id: 1, mood_checkin_id: 1, activity_id: 1 }],
  activity_logs: [
    { id: 1, activity_id: 1, logged_at: '2025-01-02T10:00:00.5+00:00', created_at: '2025-01-02 10:00:00' },
  ],
  activity_goals: [
    {
      id: 1,
      activity_id: 1,
      goal_type: 'days_per_period',
      target_value: 3,
      period_days: 7,
      created_at: '2025-01-02 11:00:00',
    },
  ],
  assessment_responses: [
    {
      id: 1,
      assessment_type_id: 1,
      responses: '[0,1,2,3,0,1,2,3,0]',
      total_score: 12,
      severity_level: 'moderate',
      completed_at: '2025-01-04 09:00:00',
    },
  ],
  assessment_schedules: [
    {
      id: 1,
      assessment_type_id: 1,
      frequency: 'weekly',
      time_of_day: '09:00',
      day_of_week: 1,
      created_at: '2025-01-05 09:00:00',
      updated_at: '2025-01-05 09:00:00',
    },
  ],
} satisfies Rows;

/** Stands in every text of a bad row, and nowhere in a report. */
export const MARK = 'Xsecret words of a personX';

const oneMoreRow = {
  activity_groups: { id: 9, name: MARK, description: MARK, created_at: '2025-02-01 09:00:00' },
  activities: { id: 9, group_id: 1, name: MARK, color: '#abc', icon: 'x', created_at: '2025-02-01 09:00:00' },
  mood_checkins: { id: 9, mood_rating: 4, notes: MARK, created_at: '2025-02-01 09:00:00' },
  mood_checkin_activities: { id: 9, mood_checkin_id: 2, activity_id: 1 },
  activity_logs: {
    id: 9,
    activity_id: 1,
    logged_at: '2025-02-01T09:00:00+00:00',
    created_at: '2025-02-01 09:00:00',
    notes: MARK,
  },
  activity_goals: {
    id: 9,
    activity_id: 1,
    group_id: null,
    goal_type: 'days_per_period',
    target_value: 1,
    period_days: 7,
    created_at: '2025-02-01 09:00:00',
  },
  assessment_responses: {
    id: 9,
    assessment_type_id: 2,
    responses: '[0,1,2,3,0,1,2]',
    total_score: 9,
    completed_at: '2025-02-01 09:00:00',
    notes: MARK,
    status: 'completed',
  },
  assessment_schedules: {
    id: 9,
    assessment_type_id: 1,
    frequency: 'monthly',
    time_of_day: '09:00',
    day_of_month: 31,
    enabled: 1,
    created_at: '2025-02-01 09:00:00',
    updated_at: '2025-02-01 09:00:00',
  },
} as const satisfies Partial<Record<OriginalTable, Row>>;
export type EntryTable = keyof typeof oneMoreRow;

/** Some rows, and in one table another one that is right but for what is given. */
export const rowsWith = (table: EntryTable, cells: Row): Rows => ({
  ...someRows,
  [table]: [...someRows[table], { ...oneMoreRow[table], ...cells }],
});
