/** One question of a page: the command that answers it, and the least SQL on the same file that answers the same. */
import { type InstrumentCode, instruments, type PreferenceKey } from '@mhb/core-domain';
import type Driver from 'better-sqlite3-multiple-ciphers';

export type Page = 'charts' | 'dashboard' | 'goals' | 'history';

export interface Question {
  readonly page: Page;
  readonly name: string;
  readonly command: string;
  readonly input: object;
  /** Statements are prepared before; what it answers is what SQLite gave. */
  readonly floor: () => unknown;
  /** The same facts from an answer of the command and from one of the floor, to be compared. */
  readonly facts: (answer: never, rows: never) => readonly [unknown, unknown];
}

/** All questions of a page; the file is there to prepare statements on, and to choose what is asked about. */
export type QuestionsOf = (file: Driver.Database) => readonly Question[];

/** Keeps the types of both answers together while they are written down. */
export const question = <Answer, Rows>(words: {
  readonly page: Page;
  readonly name: string;
  readonly command: string;
  readonly input: object;
  readonly floor: () => Rows;
  readonly facts: (answer: Answer, rows: Rows) => readonly [unknown, unknown];
}): Question => words;

export type Row = Readonly<Record<string, string | number | null>>;

/** Prepared once; all rows as objects. */
export const rowsOf = (
  file: Driver.Database,
  sql: string,
): ((...values: readonly unknown[]) => readonly Row[]) => {
  const statement = file.prepare<unknown[], Row>(sql);
  return (...values) => statement.all(...values);
};

/** What the person has set: the one written last where devices disagree. */
export const preferenceOf = (
  file: Driver.Database,
  key: PreferenceKey,
): (() => string | number | undefined) => {
  const statement = file
    .prepare<[], string | number>(
      `select preference.value ->> '$' from preference join record on record.id = preference.id
       where preference.key = '${key}' and preference.deleted_at is null
       order by json_extract(record.envelope, '$.groups.value.stamp') desc, preference.id desc limit 1`,
    )
    .pluck();
  return () => statement.get();
};

/** When the person's day begins. */
export const dayStartOf = (file: Driver.Database): (() => string) => {
  const read = preferenceOf(file, 'day_start');
  return () => String(read() ?? '00:00');
};

/** Filled-in questionnaires, whose answers are JSON texts in the file, with what they add up to. */
export interface Totalled {
  readonly rows: readonly Row[];
  readonly totals: readonly number[];
}

/** A total is no column, so a floor that only read the rows would know less than the answer it stands beside. */
export const totalled = (rows: readonly Row[]): Totalled => ({ rows, totals: totalsOf(rows) });

const totalsOf = (rows: readonly Row[]): readonly number[] =>
  rows.map(({ instrument, responses }) => {
    const { answer_max, reversed_questions } = instruments[instrument as InstrumentCode];
    const answers = JSON.parse(String(responses)) as readonly number[];
    let total = 0;
    for (const answer of answers) total += answer;
    for (const question of reversed_questions) total += answer_max - 2 * answers[question - 1]!;
    return total;
  });

/** The person's day of a row; its one hole is the start of day. */
export const DAY = `case when wall_time < ? then date(local_date, '-1 day') else local_date end`;
