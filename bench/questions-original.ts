/**
 * What the original app measured of itself, a compiled Rust app, in the sizes it measured: one activity with ten logs
 * on each day. Its figures stand in the table as they were published, of another machine.
 */
import { instantOf } from '@mhb/core-domain';
import type { HistoryDevice } from './history-device.ts';
import { HEAVY, type Life, NOW } from './heavy-user.ts';
import { DAY, dayStartOf, question, type Question, type Row, rowsOf } from './question.ts';

const DAY_MS = 86_400_000;

const lifeWith = (logs: number): Life => ({
  ...HEAVY,
  activities: 1,
  moods: 0,
  assessments: 0,
  logs,
  days: logs / 10,
  deleted: 0,
});

export interface OriginalFigure {
  readonly question: Question;
  readonly originalUs: number;
}

export interface OriginalSize {
  readonly life: Life;
  /** The device has lived through that life. */
  readonly figures: (device: HistoryDevice) => Promise<readonly OriginalFigure[]>;
}

export const originalSizes: readonly OriginalSize[] = [
  {
    life: lifeWith(1_000),
    figures: ({ floor }) => {
      const every = rowsOf(
        floor,
        `select id, activity_id, logged_at, time_zone, local_date, notes, created_at, deleted_at
         from activity_log where deleted_at is null order by logged_at desc, id desc`,
      );
      const read = question({
        page: 'history',
        name: '1,000 logs read',
        command: 'get_activity_logs',
        input: {},
        floor: every,
        facts: (answer: unknown, rows: readonly Row[]) => [answer, rows] as const,
      });
      return Promise.resolve([{ question: read, originalUs: 328 }]);
    },
  },
  {
    life: lifeWith(1_200),
    figures: async (device) => {
      const { floor, ask } = device;
      const activity_id = String(floor.prepare('select activity_id from activity_log limit 1').pluck().get());
      const aim = { activity_id, goal_type: 'days_per_period', target_value: 20, period_days: 30 };
      const { id } = (await ask('set_activity_goal', aim)) as { readonly id: string };
      return [
        { question: report(device, activity_id), originalUs: 160 },
        { question: progress(device, id), originalUs: 198 },
      ];
    },
  },
];

const MONTH_AGO = instantOf(NOW - 30 * DAY_MS);

const report = ({ floor }: HistoryDevice, activity_id: string): Question => {
  const dayStart = dayStartOf(floor);
  const counted = rowsOf(
    floor,
    `select (select 1 from activity where id = ?) as is_here, count(distinct ${DAY}) as unique_days,
       count(*) as total_logs
     from activity_log where deleted_at is null and activity_id = ? and logged_at >= ? and logged_at <= ?`,
  );
  const range = { start_date: MONTH_AGO, end_date: instantOf(NOW) };
  return question({
    page: 'charts',
    name: 'report of a month over 1,200 logs',
    command: 'get_activity_frequency',
    input: { activity_id, ...range },
    floor: () => counted(activity_id, dayStart(), activity_id, range.start_date, range.end_date),
    facts: (
      { unique_days, total_logs }: { unique_days: number; total_logs: number },
      [row]: readonly Row[],
    ) => [{ is_here: 1, unique_days, total_logs }, row] as const,
  });
};

const progress = ({ floor }: HistoryDevice, id: string): Question => {
  const dayStart = dayStartOf(floor);
  const reached = rowsOf(
    floor,
    `select goal_type, target_value, count(distinct ${DAY}) as days
     from activity_goal as goal join activity_log on activity_log.activity_id = goal.activity_id
       and activity_log.deleted_at is null and logged_at >= ? and logged_at <= ?
     where goal.id = ? and goal.deleted_at is null`,
  );
  return question({
    page: 'goals',
    name: 'progress of a goal over 1,200 logs',
    command: 'check_goal_progress',
    input: { id },
    floor: () => reached(dayStart(), MONTH_AGO, instantOf(NOW), id),
    facts: (answer: { current_value: number; target_value: number }, [row]: readonly Row[]) =>
      [
        [answer.current_value, answer.target_value],
        [row?.days, row?.target_value],
      ] as const,
  });
};
