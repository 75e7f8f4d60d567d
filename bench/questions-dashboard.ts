/** The dashboard: how the person is, what waits for them, where the goals stand, and the week at a glance. */
import type Driver from 'better-sqlite3-multiple-ciphers';
import {
  dayStartOf,
  question,
  type Question,
  type QuestionsOf,
  type Row,
  rowsOf,
  type Totalled,
  totalled,
} from './question.ts';
import { allGoals } from './questions-goals.ts';
import { MOOD_COLUMNS, scored, withList } from './questions-history.ts';
import { reminderQuestions } from './questions-reminders.ts';

export const dashboardQuestions: QuestionsOf = (file) => [
  latestMoods(file),
  ...latestAssessments(file),
  ...reminderQuestions(file),
  allGoals(file, 'dashboard'),
  weeklyReport(file),
  ...lists(file),
];

const latestMoods = (file: Driver.Database): Question =>
  question({
    page: 'dashboard',
    name: 'latest 10 moods',
    command: 'get_mood_history',
    input: { limit: 10 },
    floor: rowsOf(
      file,
      `select ${MOOD_COLUMNS} from mood_entry where deleted_at is null
       order by recorded_at desc, id desc limit 10`,
    ),
    facts: (answer: unknown, rows: readonly Row[]) => [answer, rows.map(withList('activity_ids'))] as const,
  });

const latestAssessments = (file: Driver.Database): readonly Question[] => {
  const assessments = (condition: string) =>
    rowsOf(
      file,
      `select id, instrument, instrument_version, responses, status, completed_at, time_zone, local_date,
         legacy_total_score, notes, created_at, deleted_at
       from assessment where deleted_at is null and ${condition}`,
    );
  const latest = assessments(
    `status = 'completed' and instrument = 'PHQ9' order by completed_at desc, id desc limit 1`,
  );
  return [
    question({
      page: 'dashboard',
      name: 'latest of one questionnaire',
      command: 'get_latest_assessment',
      input: { instrument: 'PHQ9' },
      floor: () => totalled(latest()),
      facts: (answer: { readonly score: { readonly total: number } }, rows: Totalled) =>
        scored([answer], rows),
    }),
    question({
      page: 'dashboard',
      name: 'drafts',
      command: 'get_draft_assessments',
      input: {},
      floor: assessments(`status = 'draft' order by completed_at desc, id desc`),
      facts: (answer: readonly (object & { score: unknown })[], rows: readonly Row[]) =>
        [answer.map(({ score: _, ...facts }) => facts), rows.map(withList('responses'))] as const,
    }),
  ];
};

interface WeeklyReport {
  readonly total_logs: number;
  readonly top_activities: readonly unknown[];
  readonly groups: readonly unknown[];
  readonly average_mood: number | null;
  readonly mood_count: number;
  readonly assessments: readonly { readonly id: string }[];
  readonly goals: readonly unknown[];
}

const WEEK = { first: '2025-06-15', last: '2025-06-21', after: '2025-06-22' } as const;

/** A day of the person lies on its own date or, after midnight, on the next. */
const OF_WEEK = `deleted_at is null and local_date between '${WEEK.first}' and '${WEEK.after}'
  and case when wall_time < ? then date(local_date, '-1 day') else local_date end
    between '${WEEK.first}' and '${WEEK.last}'`;

const weeklyReport = (file: Driver.Database): Question => {
  const dayStart = dayStartOf(file);
  const activities = rowsOf(
    file,
    `select activity_id, name, logs from (
       select activity_id, count(*) as logs from activity_log where ${OF_WEEK} group by activity_id
     ) left join activity on activity.id = activity_id
     order by logs desc, name is null, name, activity_id`,
  );
  const groups = rowsOf(
    file,
    `select activity_group.id as group_id, activity_group.name,
       count(distinct activity_id) as activities_logged, count(activity_id) as logs, count(distinct day) as days_active
     from activity_group left join (
       select activity_id, group_id,
         case when wall_time < ? then date(local_date, '-1 day') else local_date end as day
       from activity_log join activity on activity.id = activity_id and activity.deleted_at is null
       where activity_log.${OF_WEEK}
     ) on group_id = activity_group.id
     where deleted_at is null group by activity_group.id order by activity_group.name, activity_group.id`,
  );
  const moods = rowsOf(
    file,
    `select avg(mood_rating) as average_mood, count(*) as mood_count
     from mood_entry where ${OF_WEEK} and mood_scale = '1-7'`,
  );
  const assessments = rowsOf(
    file,
    `select id, instrument, instrument_version, responses, completed_at, local_date from assessment
     where deleted_at is null and status = 'completed'
       and local_date between '${WEEK.first}' and '${WEEK.after}'
       and case when wall_time < ? then date(local_date, '-1 day') else local_date end
         between '${WEEK.first}' and '${WEEK.last}'
     order by completed_at, id`,
  );
  const goals = allGoals(file, 'dashboard').floor;
  return question({
    page: 'dashboard',
    name: 'the week at a glance',
    command: 'get_weekly_report',
    input: {},
    floor: () => {
      const start = dayStart();
      return {
        activities: activities(start),
        groups: groups(start, start),
        moods: moods(start),
        assessments: assessments(start),
        goals: goals(),
      };
    },
    facts: (
      {
        total_logs,
        top_activities,
        groups: ours,
        average_mood,
        mood_count,
        assessments: filled,
      }: WeeklyReport,
      rows: Record<'activities' | 'assessments' | 'groups' | 'moods', readonly Row[]>,
    ) =>
      [
        {
          total_logs,
          top_activities,
          ours,
          moods: [{ average_mood, mood_count }],
          ids: filled.map(({ id }) => id),
        },
        {
          total_logs: rows.activities.reduce((sum, { logs }) => sum + Number(logs), 0),
          top_activities: rows.activities.slice(0, 5),
          ours: rows.groups,
          moods: rows.moods,
          ids: rows.assessments.map(({ id }) => id),
        },
      ] as const,
  });
};

const lists = (file: Driver.Database): readonly Question[] => {
  const same = (answer: unknown, rows: readonly Row[]) => [answer, rows] as const;
  return [
    question({
      page: 'dashboard',
      name: 'activities to choose from',
      command: 'get_activities',
      input: {},
      floor: rowsOf(
        file,
        `select id, group_id, name, color, icon, created_at, deleted_at from activity
         where deleted_at is null order by name, id`,
      ),
      facts: same,
    }),
    question({
      page: 'dashboard',
      name: 'groups of activities',
      command: 'get_activity_groups',
      input: {},
      floor: rowsOf(
        file,
        `select id, name, description, created_at, deleted_at from activity_group
         where deleted_at is null order by name, id`,
      ),
      facts: same,
    }),
    question({
      page: 'dashboard',
      name: 'preferences',
      command: 'get_preferences',
      input: {},
      floor: rowsOf(
        file,
        `select key, value from preference join record on record.id = preference.id where deleted_at is null
         order by json_extract(envelope, '$.groups.value.stamp') desc, preference.id desc`,
      ),
      facts: (answer: object, rows: readonly Row[]) =>
        [
          answer,
          Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(String(value)) as unknown])),
        ] as const,
    }),
  ];
};
