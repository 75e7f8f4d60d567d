/**
 * Entities as commands answer them. What is stored may have fields that a newer app wrote; an answer has exactly
 * these.
 */
import {
  Activity,
  ActivityGoal,
  ActivityGroup,
  ActivityLog,
  Assessment,
  Instant,
  MoodEntry,
  Preference,
  Schedule,
} from '@mhb/core-domain';
import { z } from 'zod';

type Entity<Shape extends z.core.$ZodShape> = z.ZodReadonly<z.ZodObject<Shape>>;

export const exactly = <Shape extends z.core.$ZodShape>(entity: Entity<Shape>) =>
  entity.unwrap().strict().readonly();

/** As it stands in a list, which may hold what was deleted. */
export const listed = <Shape extends z.core.$ZodShape>(entity: Entity<Shape>) =>
  entity
    .unwrap()
    .extend({ deleted_at: Instant.nullable().describe('When it went to the Trash; null while it is alive.') })
    .strict()
    .readonly();

/** A record of any kind. */
export const AnyEntity = z.union([
  exactly(Activity),
  exactly(ActivityGoal),
  exactly(ActivityGroup),
  exactly(ActivityLog),
  exactly(Assessment),
  exactly(MoodEntry),
  exactly(Preference),
  exactly(Schedule),
]);

/** A number of things. */
export const Count = z.int().min(0);
