/** The history page: the newest entries of each kind, and how one goes on from there. */
import type Driver from 'better-sqlite3-multiple-ciphers';
import {
  question,
  type Question,
  type QuestionsOf,
  type Row,
  rowsOf,
  type Totalled,
  totalled,
} from './question.ts';

const PAGE = 50;

export const historyQuestions: QuestionsOf = (file) => [
  ...moodPages(file),
  ...assessmentPages(file),
  ...logPages(file),
];

/** The statements' own columns, with the activities of a check-in in their order. */
export const MOOD_COLUMNS = `id, mood_rating, mood_scale,
  (select json_group_array(activity_id) from (
    select activity_id from mood_entry_activity where mood_entry_id = mood_entry.id order by position)) as activity_ids,
  notes, recorded_at, time_zone, local_date, created_at, deleted_at`;

/** Rows as the command tells them: lists are JSON texts in the file. */
export const withList = (field: string) => (row: Row) => ({
  ...row,
  [field]: JSON.parse(String(row[field])) as unknown,
});

const moodPages = (file: Driver.Database): readonly Question[] => {
  const newest = rowsOf(
    file,
    `select ${MOOD_COLUMNS} from mood_entry where deleted_at is null
     order by recorded_at desc, id desc limit ${String(PAGE)}`,
  );
  const after = rowsOf(
    file,
    `select ${MOOD_COLUMNS} from mood_entry where deleted_at is null and (recorded_at, id) < (?, ?)
     order by recorded_at desc, id desc limit ${String(PAGE)}`,
  );
  const facts = (answer: unknown, rows: readonly Row[]) =>
    [answer, rows.map(withList('activity_ids'))] as const;
  const last = newest().at(-1)!;
  const words = { page: 'history', command: 'get_mood_history', facts } as const;
  return [
    question({ ...words, name: 'newest 50 moods', input: { limit: PAGE }, floor: newest }),
    question({
      ...words,
      name: 'next 50 moods',
      input: { limit: PAGE, to_date: last.recorded_at, before_id: last.id },
      floor: () => after(last.recorded_at, last.id),
    }),
  ];
};

const ASSESSMENT_COLUMNS = `id, instrument, instrument_version, responses, status, completed_at, time_zone, local_date,
  legacy_total_score, notes, created_at, deleted_at`;

interface Scored {
  readonly score: { readonly total: number } | null;
}

/** The same entries with the same totals. */
export const scored = (answer: readonly Scored[], { rows, totals }: Totalled) =>
  [
    answer.map(({ score, ...facts }) => [facts, score?.total]),
    rows.map((row, index) => [withList('responses')(row), totals[index]]),
  ] as const;

const assessmentPages = (file: Driver.Database): readonly Question[] => {
  const page = (condition: string) =>
    rowsOf(
      file,
      `select ${ASSESSMENT_COLUMNS} from assessment
       where deleted_at is null and status = 'completed' and ${condition}
       order by completed_at desc, id desc limit ${String(PAGE)}`,
    );
  const newest = page('true');
  const after = page('(completed_at, id) < (?, ?)');
  const ofOne = page(`instrument = 'PHQ9'`);
  const last = newest().at(-1)!;
  const words = { page: 'history', command: 'get_assessment_history', facts: scored } as const;
  return [
    question({
      ...words,
      name: 'newest 50 questionnaires',
      input: { limit: PAGE },
      floor: () => totalled(newest()),
    }),
    question({
      ...words,
      name: 'next 50 questionnaires',
      input: { limit: PAGE, to_date: last.completed_at, before_id: last.id },
      floor: () => totalled(after(last.completed_at, last.id)),
    }),
    question({
      ...words,
      name: 'newest 50 of one questionnaire',
      input: { limit: PAGE, instrument: 'PHQ9' },
      floor: () => totalled(ofOne()),
    }),
  ];
};

const LOG_COLUMNS = 'id, activity_id, logged_at, time_zone, local_date, notes, created_at, deleted_at';

const logPages = (file: Driver.Database): readonly Question[] => {
  const page = (condition: string) =>
    rowsOf(
      file,
      `select ${LOG_COLUMNS} from activity_log where deleted_at is null and ${condition}
       order by logged_at desc, id desc limit ${String(PAGE)}`,
    );
  const newest = page('true');
  const after = page('(logged_at, id) < (?, ?)');
  const ofOne = page('activity_id = ?');
  const last = newest().at(-1)!;
  const { activity_id } = newest()[0]!;
  const words = {
    page: 'history',
    command: 'get_activity_logs',
    facts: (answer: unknown, rows: readonly Row[]) => [answer, rows] as const,
  } as const;
  return [
    question({ ...words, name: 'newest 50 logs', input: { limit: PAGE }, floor: newest }),
    question({
      ...words,
      name: 'next 50 logs',
      input: { limit: PAGE, end_date: last.logged_at, before_id: last.id },
      floor: () => after(last.logged_at, last.id),
    }),
    question({
      ...words,
      name: 'newest 50 logs of one activity',
      input: { limit: PAGE, activity_id },
      floor: () => ofOne(activity_id),
    }),
  ];
};
