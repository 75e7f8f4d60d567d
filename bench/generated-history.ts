/**
 * A history of the original app of any length, as the database file that app would have left: its own schema, the
 * same people-made tables, and a mixture of entries like that of the sample. The same number gives the same file.
 */
import Driver from 'better-sqlite3-multiple-ciphers';
import { fileURLToPath } from 'node:url';
import { chanceFrom, note } from './chance.ts';

const SAMPLE = fileURLToPath(new URL('../fixtures/original-app.db', import.meta.url));

/** Small tables that come along as they are; what is in the last four becomes a record each. */
const COPIED = [
  'schema_migrations',
  'assessment_types',
  'activity_groups',
  'activities',
  'activity_goals',
  'assessment_schedules',
] as const;
const COPIED_RECORDS = COPIED.slice(2);

/** All of it lies in the past: what lies in the future is put right before it is sent, which is no part of the question. */
const END_MS = Date.UTC(2026, 0, 1, 8);
/** About ten entries a day. */
const STEP_MS = 8_640_000;

/** Writes a file that imports as exactly so many records. */
export const writeHistory = (path: string, records: number): void => {
  const file = new Driver(path);
  try {
    file.pragma('synchronous = off');
    file.exec(`attach '${SAMPLE.replaceAll("'", "''")}' as sample`);
    copySchema(file);
    for (const table of COPIED) file.exec(`insert into main.${table} select * from sample.${table}`);
    // The sample has one goal for nothing, which no import takes.
    file.exec('delete from main.activity_goals where activity_id is null and group_id is null');
    const copied = COPIED_RECORDS.reduce((sum, table) => sum + countRows(file, table), 0);
    file.transaction(() => {
      writeEntries(file, records - copied);
    })();
    file.exec('detach sample');
  } finally {
    file.close();
  }
};

const copySchema = (file: Driver.Database): void => {
  const statements = file
    .prepare(`select sql from sample.sqlite_schema where sql is not null and name not like 'sqlite_%'`)
    .pluck();
  for (const statement of statements.all()) file.exec(String(statement));
};

const countRows = (file: Driver.Database, table: string): number =>
  Number(file.prepare(`select count(*) from main.${table}`).pluck().get());

/** Of 131 entries of the sample 70 are check-ins, 50 are logged activities and 11 are questionnaires. */
const writeEntries = (file: Driver.Database, entries: number): void => {
  const chance = chanceFrom(entries);
  const activities = file.prepare('select id from main.activities order by id').pluck().all().map(Number);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(chance() * values.length)]!;
  const checkIn = file.prepare('insert into mood_checkins (mood_rating, notes, created_at) values (?, ?, ?)');
  const link = file.prepare(
    'insert or ignore into mood_checkin_activities (mood_checkin_id, activity_id) values (?, ?)',
  );
  const log = file.prepare(
    'insert into activity_logs (activity_id, logged_at, created_at, notes) values (?, ?, ?, ?)',
  );
  const filledIn = file.prepare(`
    insert into assessment_responses
      (assessment_type_id, responses, total_score, severity_level, completed_at, notes) values (?, ?, ?, ?, ?, ?)`);

  for (let entry = 0; entry < entries; entry += 1) {
    const at = new Date(END_MS - (entries - entry) * STEP_MS).toISOString();
    const time = at.slice(0, 19).replace('T', ' ');
    const kind = chance() * 131;
    if (kind < 70) {
      const { lastInsertRowid } = checkIn.run(1 + Math.floor(chance() * 7), note(chance, 2_500), time);
      for (let links = Math.floor(chance() * 3.4); links > 0; links -= 1)
        link.run(lastInsertRowid, pick(activities));
    } else if (kind < 120) {
      log.run(pick(activities), `${at.slice(0, 19)}.007744677+00:00`, time, note(chance, 300));
    } else {
      const { type, questions, answerMax } = pick(QUESTIONNAIRES);
      const answers = Array.from({ length: questions }, () => Math.floor(chance() * (answerMax + 1)));
      const total = answers.reduce((sum, answer) => sum + answer, 0);
      filledIn.run(type, JSON.stringify(answers), total, 'mild', time, note(chance, 500));
    }
  }
};

const QUESTIONNAIRES = [
  { type: 1, questions: 9, answerMax: 3 },
  { type: 2, questions: 7, answerMax: 3 },
  { type: 3, questions: 20, answerMax: 3 },
  { type: 4, questions: 5, answerMax: 4 },
] as const;
