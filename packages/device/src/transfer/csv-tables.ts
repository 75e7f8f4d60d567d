/** What stands in each CSV file: for every kind of record its columns, complete by type. Scores are worked out here. */
import {
  type Assessment,
  type Entity,
  type EntityKind,
  instruments,
  MOOD_SCALE,
  moodLabels,
  type RecordId,
  type Score,
  scoreOf,
  UNANSWERED,
} from '@mhb/core-domain';
import type { Cell } from './csv-text.ts';

/** The names of activities and groups by id, deleted ones too: history keeps names. */
export type Names = ReadonlyMap<RecordId, string>;

export interface Column<K extends EntityKind> {
  readonly name: string;
  readonly cellOf: (entity: Entity<K>, names: Names) => Cell;
}

/** The fields of a kind that are one cell each; lists have columns of their own. */
type CellField<K extends EntityKind> = {
  [F in keyof Entity<K> & string]: Entity<K>[F] extends Cell ? F : never;
}[keyof Entity<K> & string];

const fields = <K extends EntityKind>(...names: readonly CellField<K>[]): readonly Column<K>[] =>
  names.map((name) => ({ name, cellOf: (entity) => entity[name] as Cell }));

const nameOf = (names: Names, id: RecordId | null): Cell => (id === null ? null : (names.get(id) ?? null));

const QUESTIONS_MAX = Math.max(...Object.values(instruments).map(({ question_count }) => question_count));

const answerColumns: readonly Column<'assessment'>[] = Array.from({ length: QUESTIONS_MAX }, (_, index) => ({
  name: `answer_${String(index + 1)}`,
  cellOf: ({ responses }) => {
    const response = responses[index] ?? UNANSWERED;
    return response === UNANSWERED ? null : response;
  },
}));

const scoreColumn = (name: string, cellOf: (score: Score) => Cell): Column<'assessment'> => ({
  name,
  cellOf: (assessment: Assessment) => {
    const score = scoreOf(assessment);
    return score === null ? null : cellOf(score);
  },
});

/** Band and cut-off hold for the published wording only; a spreadsheet would not know to leave the others out. */
const scoreColumns: readonly Column<'assessment'>[] = [
  scoreColumn('total_score', ({ total }) => total),
  scoreColumn('severity', ({ severity, comparable }) => (comparable ? severity : null)),
  scoreColumn('bands_validated', ({ bands_validated, comparable }) => (comparable ? bands_validated : null)),
  scoreColumn('screen_positive', ({ screen_positive, comparable }) => (comparable ? screen_positive : null)),
  scoreColumn('comparable', ({ comparable }) => comparable),
];

const activityName: Column<'activity_goal' | 'activity_log'> = {
  name: 'activity_name',
  cellOf: ({ activity_id }, names) => nameOf(names, activity_id),
};

const groupName: Column<'activity' | 'activity_goal'> = {
  name: 'group_name',
  cellOf: ({ group_id }, names) => nameOf(names, group_id),
};

const moodColumns: readonly Column<'mood_entry'>[] = [
  {
    name: 'mood_label',
    cellOf: ({ mood_rating, mood_scale }) =>
      mood_scale === MOOD_SCALE ? (moodLabels[mood_rating - 1] ?? null) : null,
  },
  {
    name: 'activities',
    cellOf: ({ activity_ids }, names) => activity_ids.flatMap((id) => names.get(id) ?? []).join(' | '),
  },
  { name: 'activity_ids', cellOf: ({ activity_ids }) => activity_ids.join(' ') },
];

export const csvTables: { readonly [K in EntityKind]: readonly Column<K>[] } = {
  activity: [
    ...fields<'activity'>('id', 'name', 'group_id'),
    groupName,
    ...fields<'activity'>('color', 'icon', 'created_at'),
  ],
  activity_goal: [
    ...fields<'activity_goal'>('id', 'activity_id'),
    activityName,
    ...fields<'activity_goal'>('group_id'),
    groupName,
    ...fields<'activity_goal'>('goal_type', 'target_value', 'period_days', 'created_at'),
  ],
  activity_group: fields<'activity_group'>('id', 'name', 'description', 'created_at'),
  activity_log: [
    ...fields<'activity_log'>('id', 'local_date', 'logged_at', 'time_zone', 'activity_id'),
    activityName,
    ...fields<'activity_log'>('notes', 'created_at'),
  ],
  assessment: [
    ...fields<'assessment'>('id', 'local_date', 'completed_at', 'time_zone'),
    ...fields<'assessment'>('instrument', 'instrument_version', 'status'),
    ...scoreColumns,
    ...answerColumns,
    ...fields<'assessment'>('legacy_total_score', 'notes', 'created_at'),
  ],
  mood_entry: [
    ...fields<'mood_entry'>('id', 'local_date', 'recorded_at', 'time_zone', 'mood_rating', 'mood_scale'),
    ...moodColumns,
    ...fields<'mood_entry'>('notes', 'created_at'),
  ],
  preference: fields<'preference'>('id', 'key', 'value', 'created_at'),
  schedule: [
    ...fields<'schedule'>('id', 'instrument', 'frequency', 'day_of_week', 'day_of_month'),
    ...fields<'schedule'>('time_of_day', 'enabled', 'created_at'),
  ],
};
