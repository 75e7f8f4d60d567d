/** What is asked of an original app's file, table by table, and what is found in it. */
import type { ForeignFile, RowRange, Scan } from '../../database/foreign-file.ts';
import { type OriginalTable, originalTables } from './report.ts';
import { type Salvage, salvage } from './salvage.ts';

const selects = {
  schema_migrations: 'select rowid as id, applied_at from schema_migrations',
  assessment_types: 'select rowid as id, code from assessment_types',
  assessment_responses: `
    select rowid as id, assessment_type_id, responses, total_score, completed_at, notes, status
    from assessment_responses`,
  activity_groups: 'select rowid as id, name, description, created_at, deleted_at from activity_groups',
  activities: 'select rowid as id, group_id, name, color, icon, created_at, deleted_at from activities',
  mood_checkins: 'select rowid as id, mood_rating, notes, created_at from mood_checkins',
  mood_checkin_activities: 'select rowid as id, mood_checkin_id, activity_id from mood_checkin_activities',
  activity_logs:
    'select rowid as id, activity_id, logged_at, created_at, notes, deleted_at from activity_logs',
  activity_goals: `
    select rowid as id, activity_id, group_id, goal_type, target_value, period_days, created_at, deleted_at
    from activity_goals`,
  assessment_schedules: `
    select rowid as id, assessment_type_id, frequency, time_of_day, day_of_week, day_of_month, enabled,
      last_triggered_at, created_at, updated_at
    from assessment_schedules`,
} as const satisfies Record<OriginalTable, string>;

export interface FoundRows extends Salvage {
  /** The file has no such table, or not with the columns of the original app. */
  readonly isMissing: boolean;
}

export type FoundTables = Readonly<Record<OriginalTable, FoundRows>>;

/** So many tables of ours can't be in another program's file by chance. */
const TABLES_MIN = 5;

export const isOriginalApp = ({ tables, schemaDamaged }: ForeignFile): boolean => {
  const known = originalTables.filter((table) => tables.has(table));
  return known.length >= TABLES_MIN && (tables.has('schema_migrations') || schemaDamaged);
};

/** `bytes` is the size of the file: no table has more rows, so a greater id is a damaged one. */
export const findTables = (file: ForeignFile, bytes: number): FoundTables => {
  const sequence = greatestIds(file, bytes);
  const find = (table: OriginalTable): FoundRows => {
    const greatest = sequence.get(table) ?? 0;
    // Where damage took the table's definition, its rows may well have been there.
    const missing = {
      rows: [],
      unreadable: file.schemaDamaged ? greatest : 0,
      isDamaged: file.schemaDamaged,
      isMissing: true,
    };
    if (!file.tables.has(table) || file.scan(selects[table], NO_ROWS) === undefined) return missing;
    const scan = (range: RowRange): Scan => file.scan(selects[table], range) ?? NOTHING;
    return { ...salvage({ scan, isIntact: file.isIntact(table), greatestId: greatest }), isMissing: false };
  };
  return {
    schema_migrations: find('schema_migrations'),
    assessment_types: find('assessment_types'),
    assessment_responses: find('assessment_responses'),
    activity_groups: find('activity_groups'),
    activities: find('activities'),
    mood_checkins: find('mood_checkins'),
    mood_checkin_activities: find('mood_checkin_activities'),
    activity_logs: find('activity_logs'),
    activity_goals: find('activity_goals'),
    assessment_schedules: find('assessment_schedules'),
  };
};

/** The greatest id each table ever had, as SQLite keeps it for itself; without those that damage must have made. */
const greatestIds = (file: ForeignFile, bytes: number): ReadonlyMap<string, number> => {
  const select = 'select rowid as id, name, seq from sqlite_sequence';
  const scan = (range: RowRange): Scan => file.scan(select, range) ?? NOTHING;
  const { rows } = salvage({ scan, isIntact: true, greatestId: 0 });
  return new Map(
    rows.map(({ name, seq }) => [
      String(name),
      typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0 && seq <= bytes ? seq : 0,
    ]),
  );
};

const NOTHING: Scan = { rows: [], damaged: false };

/** Asks only whether table and columns are there. */
const NO_ROWS: RowRange = { first: 1n, last: 0n, order: 'asc' };
