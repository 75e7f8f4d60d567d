/**
 * Which fields of a record merge together (rule R3), declared once for every kind.
 *
 * A group is what one person decides at once. Everything about one filled-in questionnaire is one group: a merge
 * must never build a questionnaire that nobody answered.
 */
import type { Entity, EntityKind } from '../entities.ts';

type FieldOf<K extends EntityKind> = Exclude<keyof Entity<K> & string, 'id'>;
type GroupTable = { readonly [K in EntityKind]: Readonly<Record<string, readonly FieldOf<K>[]>> };

export const recordGroups = {
  activity: {
    origin: ['created_at'],
    name: ['name'],
    color: ['color'],
    icon: ['icon'],
    place: ['group_id'],
  },
  activity_goal: {
    origin: ['activity_id', 'group_id', 'goal_type', 'created_at'],
    aim: ['target_value', 'period_days'],
  },
  activity_group: {
    origin: ['created_at'],
    name: ['name'],
    description: ['description'],
  },
  activity_log: {
    origin: ['activity_id', 'created_at'],
    moment: ['logged_at', 'time_zone', 'local_date'],
    notes: ['notes'],
  },
  assessment: {
    origin: ['created_at'],
    answers: [
      'instrument',
      'instrument_version',
      'responses',
      'status',
      'completed_at',
      'time_zone',
      'local_date',
      'legacy_total_score',
    ],
    notes: ['notes'],
  },
  mood_entry: {
    origin: ['created_at'],
    rating: ['mood_rating', 'mood_scale'],
    activities: ['activity_ids'],
    notes: ['notes'],
    moment: ['recorded_at', 'time_zone', 'local_date'],
  },
  preference: {
    origin: ['key', 'created_at'],
    value: ['value'],
  },
  schedule: {
    origin: ['instrument', 'created_at'],
    rule: ['frequency', 'day_of_week', 'day_of_month'],
    time: ['time_of_day'],
    switch: ['enabled'],
  },
} as const satisfies GroupTable;

/** The version of each kind's shape. It grows when an older app could misread a record. */
export const recordSchemas = {
  activity: 1,
  activity_goal: 1,
  activity_group: 1,
  activity_log: 1,
  assessment: 1,
  mood_entry: 1,
  preference: 1,
  schedule: 1,
} as const satisfies Record<EntityKind, number>;

/** Holds `deleted_at`; present once a record has been deleted (rule M3). */
export const LIFE = 'life';

/** An erase certificate: nothing else of the record remains (rule M6). */
export const ERASED = 'erased';
