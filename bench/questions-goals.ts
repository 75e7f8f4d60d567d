/** The goals page: what the goals are, and how far each has come. */
import type Driver from 'better-sqlite3-multiple-ciphers';
import { instantOf } from '@mhb/core-domain';
import { NOW } from './heavy-user.ts';
import { DAY, dayStartOf, question, type Question, type QuestionsOf, type Row, rowsOf } from './question.ts';
import { rateQuestions } from './questions-rates.ts';

export const goalQuestions: QuestionsOf = (file) => [
  ...goalLists(file),
  ...goalProgress(file),
  ...rateQuestions(file),
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

const daysBetween = (bounds: string): string =>
  `(select count(distinct ${DAY.replace('?', ':dayStart')}) from activity_log
    where deleted_at is null and ${bounds} and activity_id in (
      select goal.activity_id
      union all select id from activity where group_id = goal.group_id and deleted_at is null))`;

/** The days of both periods of each goal. */
const progressOf = (file: Driver.Database, condition: string) =>
  file.prepare<{ now: string; id?: string; dayStart: string }, Row>(
    `with goal as materialized (
       select *, ${before('2')} as previous_start, ${before('1')} as start
       from activity_goal where deleted_at is null and ${condition}
     )
     select goal.id, goal.activity_id, goal.group_id, goal_type, target_value, period_days, goal.created_at,
       start as period_start, coalesce(activity.name, activity_group.name) as target_name,
       ${daysBetween('logged_at >= goal.start and logged_at <= :now')} as current,
       -- A goal of so many days has nothing to do with the period before.
       iif(goal_type = 'percent_improvement',
         ${daysBetween('logged_at >= goal.previous_start and logged_at < goal.start')}, 0) as previous
     from goal
     left join activity on activity.id = goal.activity_id
     left join activity_group on activity_group.id = goal.group_id
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
        floor: () => progress.get({ now, id, dayStart: dayStart() })!,
        facts: (answer: Progress, row: Row) => [pick(answer), reached(row)] as const,
      });
    }),
  ];
};
