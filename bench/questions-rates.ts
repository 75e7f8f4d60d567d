/** How often an activity or a group was done, in a range and in two neighbouring periods. */
import { instantOf } from '@mhb/core-domain';
import type Driver from 'better-sqlite3-multiple-ciphers';
import { NOW } from './heavy-user.ts';
import { DAY, dayStartOf, question, type Question, type QuestionsOf, type Row, rowsOf } from './question.ts';

const DAY_MS = 86_400_000;

export const rateQuestions: QuestionsOf = (file) => [...frequencies(file), ...trends(file)];

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
  const counted = (table: string, members: string) =>
    rowsOf(
      file,
      // What is not here is refused, so a floor has to see that it is.
      `select (select 1 from ${table} where id = ?) as is_here,
         count(distinct ${DAY}) as unique_days, count(*) as total_logs
       from activity_log
       where deleted_at is null and activity_id in (${members}) and logged_at >= ? and logged_at <= ?`,
    );
  const end_date = instantOf(NOW);
  const [ofActivity, ofGroup] = [counted('activity', '?'), counted('activity_group', MEMBERS)];
  interface Frequency {
    readonly unique_days: number;
    readonly total_logs: number;
  }
  const facts = ({ unique_days, total_logs }: Frequency, [row]: readonly Row[]) =>
    [{ is_here: 1, unique_days, total_logs }, row] as const;
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
        floor: () => ofActivity(activity_id, dayStart(), activity_id, start_date, end_date),
      }),
      question({
        ...words,
        name: `frequency of a group, ${name}`,
        input: { group_id, start_date, end_date },
        floor: () => ofGroup(group_id, dayStart(), group_id, start_date, end_date),
      }),
    ];
  });
};

const trends = (file: Driver.Database): readonly Question[] => {
  const { activity_id, group_id } = targetsOf(file);
  const dayStart = dayStartOf(file);
  const counted = (table: string, members: string) =>
    rowsOf(
      file,
      `select (select 1 from ${table} where id = ?) as is_here,
         count(distinct ${DAY}) as days, logged_at >= ? as is_current
       from activity_log
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
  const [ofActivity, ofGroup] = [counted('activity', '?'), counted('activity_group', MEMBERS)];
  return [
    question({
      ...words,
      name: 'trend of an activity, month',
      input: { activity_id, period_days: 30 },
      floor: () => ofActivity(activity_id, dayStart(), start, activity_id, previous, now),
    }),
    question({
      ...words,
      name: 'trend of a group, month',
      input: { group_id, period_days: 30 },
      floor: () => ofGroup(group_id, dayStart(), start, group_id, previous, now),
    }),
  ];
};
