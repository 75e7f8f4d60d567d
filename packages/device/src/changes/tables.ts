/** For every kind of record, how its row is written and removed. Complete by type: a new kind can't be forgotten. */
import type { Entity, EntityKind, Instant } from '@mhb/core-domain';
import { deleteActivity, upsertActivity } from '../activities/activity-repository.ts';
import { deleteActivityGoal, upsertActivityGoal } from '../activities/activity-goal-repository.ts';
import { deleteActivityGroup, upsertActivityGroup } from '../activities/activity-group-repository.ts';
import { deleteActivityLog, upsertActivityLog } from '../activities/activity-log-repository.ts';
import { deleteAssessment, upsertAssessment } from '../assessments/assessment-repository.ts';
import type { Transaction } from '../database/sql.ts';
import { deleteMoodEntry, upsertMoodEntry } from '../mood/mood-repository.ts';
import { deletePreference, upsertPreference } from '../preferences/preference-repository.ts';
import { deleteSchedule, upsertSchedule } from '../schedules/schedule-repository.ts';

export interface Table<K extends EntityKind> {
  /** Writes the row as it is now; `deleted_at` is null while it is alive. */
  readonly upsert: (tx: Transaction, entity: Entity<K>, deletedAt: Instant | null) => void;
  /** Removes the row of an erased record. */
  readonly remove: (tx: Transaction, id: Entity<K>['id']) => void;
}

export const tables: { readonly [K in EntityKind]: Table<K> } = {
  activity: { upsert: upsertActivity, remove: deleteActivity },
  activity_goal: { upsert: upsertActivityGoal, remove: deleteActivityGoal },
  activity_group: { upsert: upsertActivityGroup, remove: deleteActivityGroup },
  activity_log: { upsert: upsertActivityLog, remove: deleteActivityLog },
  assessment: { upsert: upsertAssessment, remove: deleteAssessment },
  mood_entry: { upsert: upsertMoodEntry, remove: deleteMoodEntry },
  preference: { upsert: upsertPreference, remove: deletePreference },
  schedule: { upsert: upsertSchedule, remove: deleteSchedule },
};
