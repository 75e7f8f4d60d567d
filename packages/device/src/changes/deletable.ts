/** A row of a record: the entity and whether it is deleted. */
import { Instant } from '@mhb/core-domain';
import { z } from 'zod';

/** An entity as it is listed; `deleted_at` is null while it is alive. */
export type Deletable<Entity> = Entity & { readonly deleted_at: Instant | null };

export type Row = Readonly<Record<string, unknown>>;

const DeletedAt = z.object({ deleted_at: Instant.nullable() });

/**
 * Reads the rows of one statement. What stands in them was parsed before it was written, and strict tables hold every
 * column to its type, so no row fits less than the one before it. The first one is parsed, which finds a statement
 * or a migration that no longer fits the schema; parsing them all would take three times as long as reading them.
 */
export const rowReader = <Entity extends object>(
  schema: z.ZodType<Entity>,
): ((row: Row) => Deletable<Entity>) => {
  let isProven = false;
  return (row) => {
    if (!isProven) {
      schema.parse(row);
      DeletedAt.parse(row);
      isProven = true;
    }
    // Proven above for the statement, of which this is a row.
    return row as Deletable<Entity>;
  };
};
