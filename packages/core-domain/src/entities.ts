/** Every kind of record, with its shape. A kind that is missing here does not sync and is not exported. */
import { type z } from 'zod';
import { Activity, ActivityGroup, ActivityLog } from './activities.ts';
import { Assessment } from './assessments/assessment.ts';
import { ActivityGoal } from './goals.ts';
import { MoodEntry } from './mood.ts';
import { Preference } from './preferences.ts';
import { Schedule } from './schedules/schedule.ts';

export const entitySchemas = {
  activity: Activity,
  activity_goal: ActivityGoal,
  activity_group: ActivityGroup,
  activity_log: ActivityLog,
  assessment: Assessment,
  mood_entry: MoodEntry,
  preference: Preference,
  schedule: Schedule,
} as const;

export type EntityKind = keyof typeof entitySchemas;
export type Entity<K extends EntityKind = EntityKind> = {
  [Kind in K]: z.infer<(typeof entitySchemas)[Kind]>;
}[K];

/** In alphabetical order, the order of an export. */
export const entityKinds = [
  'activity',
  'activity_goal',
  'activity_group',
  'activity_log',
  'assessment',
  'mood_entry',
  'preference',
  'schedule',
] as const satisfies readonly EntityKind[];

export const isEntityKind = (text: string): text is EntityKind => Object.hasOwn(entitySchemas, text);
