/** The goals page: what the goals are, how far each has come, how often an activity or a group was done. */
import type Driver from 'better-sqlite3-multiple-ciphers';
import { instantOf } from '@mhb/core-domain';
import { NOW } from './heavy-user.ts';
import { DAY, dayStartOf, question, type Question, type QuestionsOf, type Row, rowsOf } from './question.ts';

const DAY_MS = 86_400_000;

export const goalQuestions: QuestionsOf = (file) => [
  ...goalLists(file),
  ...goalProgress(file),
  ...frequencies(file),
  ...trends(file),
];

const GOAL_COLUMNS =
  'id, activity_id, group_id, goal_type, target_value, period_days, created_at, deleted_at';

const goalLists = (file: Driver.Database): readonly Question[] => [
  question({
    page: 'goals',
    name: 'all goals',
    command: 'get_activity_goals',
    input: {},
    floor: rowsOf(
      file,
      `select ${GOAL_COLUMNS} from activity_goal where deleted_at is null order by created_at desc, id desc`,
    ),
    facts: (answer: unknown, rows: readonly Row[]) => [answer, rows] as const,
  }),
];

const before = (periods: string): string =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-' || (${periods} * period_days) || ' days')`;

/** The days of both periods of each goal. */
const progressOf = (file: Driver.Database, condition: string) =>
  file.prepare<{ now: string; id?: string; dayStart: string }, Row>(
    `with goal as (
       select *, ${before('2')} as previous_start, ${before('1')} as start
       from activity_goal where deleted_at is null and ${condition}
     )
     select goal.id, goal.activity_id, goal.group_id, goal_type, target_value, period_days, goal.created_at,
       start as period_start, coalesce(activity.name, activity_group.name) as target_name, days.current, days.previous
     from goal
     left join activity on activity.id = goal.activity_id
     left join activity_group on activity_group.id = goal.group_id
     join (
       select goal.id,
         count(distinct iif(logged_at >= start, ${DAY.replace('?', ':dayStart')}, null)) as current,
         count(distinct iif(logged_at < start, ${DAY.replace('?', ':dayStart')}, null)) as previous
       from goal left join activity_log on activity_log.deleted_at is null
         and logged_at >= previous_start and logged_at <= :now
         and activity_log.activity_id in (
           select goal.activity_id
           union all select id from activity where activity.group_id = goal.group_id and activity.deleted_at is null)
       group by goal.id
     ) as days on days.id = goal.id
     order by goal.created_at desc, goal.id desc`,
  );

interface Progress {
  readonly current_value: number;
  readonly period_start: string;
}
interface ReachedGoal {
  readonly id: string;
  readonly target_name: string;
  readonly progress: Progress;
}

const reached = (row: Row): Progress => {
  const [current, previous] = [Number(row.current), Number(row.previous)];
  const change = previous === 0 ? (current > 0 ? 100 : 0) : ((current - previous) * 100) / previous;
  const rounded = Math.sign(change) * Math.round(Math.abs(change));
  return {
    current_value: row.goal_type === 'days_per_period' ? current : rounded === 0 ? 0 : rounded,
    period_start: String(row.period_start),
  };
};

const pick = ({ current_value, period_start }: Progress): Progress => ({ current_value, period_start });

/** Every goal, as the dashboard shows them too. */
export const allGoals = (file: Driver.Database, page: 'dashboard' | 'goals'): Question => {
  const dayStart = dayStartOf(file);
  const progress = progressOf(file, 'true');
  return question({
    page,
    name: 'all goals with progress',
    command: 'get_goals_with_progress',
    input: {},
    floor: () => progress.all({ now: instantOf(NOW), dayStart: dayStart() }),
    facts: (answer: readonly ReachedGoal[], rows: readonly Row[]) =>
      [
        answer.map(({ id, target_name, progress: ours }) => ({ id, target_name, ...pick(ours) })),
        rows.map((row) => ({ id: row.id, target_name: row.target_name, ...reached(row) })),
      ] as const,
  });
};

const goalProgress = (file: Driver.Database): readonly Question[] => {
  const dayStart = dayStartOf(file);
  const progress = progressOf(file, 'id = :id');
  const goals = [
    { name: 'one goal of an activity', condition: 'activity_id is not null' },
    { name: 'one goal of a group', condition: 'group_id is not null' },
  ];
  const now = instantOf(NOW);
  return [
    allGoals(file, 'goals'),
    ...goals.map(({ name, condition }) => {
      const goal = `select id from activity_goal where ${condition} order by period_days desc, id limit 1`;
      const id = String(file.prepare(goal).pluck().get());
      return question({
        page: 'goals',
        name,
        command: 'check_goal_progress',
        input: { id },
        floor: () => progress.get({ now, id, dayStart: dayStart() }),
        facts: (answer: Progress, row: Row) => [pick(answer), reached(row)] as const,
      });
    }),
  ];
};

/** The activity and the group with the most logs. */
const targetsOf = (file: Driver.Database) =>
  file
    .prepare<[], { activity_id: string; group_id: string }>(
      `select activity_id, group_id from activity_log join activity on activity.id = activity_id
       where activity.deleted_at is null group by activity_id order by count(*) desc limit 1`,
    )
    .get()!;

const MEMBERS = 'select id from activity where group_id = ? and deleted_at is null';

const frequencies = (file: Driver.Database): readonly Question[] => {
  const { activity_id, group_id } = targetsOf(file);
  const dayStart = dayStartOf(file);
  const counted = (members: string) =>
    rowsOf(
      file,
      `select count(distinct ${DAY}) as unique_days, count(*) as total_logs from activity_log
       where deleted_at is null and activity_id in (${members}) and logged_at >= ? and logged_at <= ?`,
    );
  const end_date = instantOf(NOW);
  const [ofActivity, ofGroup] = [counted('?'), counted(MEMBERS)];
  interface Frequency {
    readonly unique_days: number;
    readonly total_logs: number;
  }
  const facts = ({ unique_days, total_logs }: Frequency, [row]: readonly Row[]) =>
    [{ unique_days, total_logs }, row] as const;
  const words = { page: 'goals', command: 'get_activity_frequency', facts } as const;
  return [
    { name: 'month', days: 30 },
    { name: 'ten years', days: 3_653 },
  ].flatMap(({ name, days }) => {
    const start_date = instantOf(NOW - days * DAY_MS);
    return [
      question({
        ...words,
        name: `frequency of an activity, ${name}`,
        input: { activity_id, start_date, end_date },
        floor: () => ofActivity(dayStart(), activity_id, start_date, end_date),
      }),
      question({
        ...words,
        name: `frequency of a group, ${name}`,
        input: { group_id, start_date, end_date },
        floor: () => ofGroup(dayStart(), group_id, start_date, end_date),
      }),
    ];
  });
};

const trends = (file: Driver.Database): readonly Question[] => {
  const { activity_id, group_id } = targetsOf(file);
  const dayStart = dayStartOf(file);
  const counted = (members: string) =>
    rowsOf(
      file,
      `select count(distinct ${DAY}) as days, logged_at >= ? as is_current from activity_log
       where deleted_at is null and activity_id in (${members}) and logged_at >= ? and logged_at <= ?
       group by is_current`,
    );
  const now = instantOf(NOW);
  const [start, previous] = [instantOf(NOW - 30 * DAY_MS), instantOf(NOW - 60 * DAY_MS)];
  interface Trend {
    readonly current_period_days: number;
    readonly previous_period_days: number;
  }
  const facts = ({ current_period_days, previous_period_days }: Trend, rows: readonly Row[]) =>
    [
      [current_period_days, previous_period_days],
      [1, 0].map((wanted) => rows.find(({ is_current }) => is_current === wanted)?.days ?? 0),
    ] as const;
  const words = { page: 'goals', command: 'get_activity_trend', facts } as const;
  const [ofActivity, ofGroup] = [counted('?'), counted(MEMBERS)];
  return [
    question({
      ...words,
      name: 'trend of an activity, month',
      input: { activity_id, period_days: 30 },
      floor: () => ofActivity(dayStart(), start, activity_id, previous, now),
    }),
    question({
      ...words,
      name: 'trend of a group, month',
      input: { group_id, period_days: 30 },
      floor: () => ofGroup(dayStart(), start, group_id, previous, now),
    }),
  ];
};
