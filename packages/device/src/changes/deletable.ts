/** A row of a record: the entity and whether it is deleted, parsed and not cast. */
import { Instant } from '@mhb/core-domain';
import { z } from 'zod';

/** An entity as it is listed; `deleted_at` is null while it is alive. */
export type Deletable<Entity> = Entity & { readonly deleted_at: Instant | null };

const DeletedAt = z.object({ deleted_at: Instant.nullable() });

/** A row that no longer fits the schema is a bug that we want to hear of here. */
export const parseRow = <Entity extends object>(
  schema: z.ZodType<Entity>,
  row: Readonly<Record<string, unknown>>,
): Deletable<Entity> => ({ ...schema.parse(row), ...DeletedAt.parse(row) });
