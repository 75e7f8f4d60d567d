/**
 * Entities as commands answer them. What is stored may have fields that a newer app wrote; an answer has exactly
 * these.
 */
import { Instant } from '@mhb/core-domain';
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

/** A number of things. */
export const Count = z.int().min(0);
