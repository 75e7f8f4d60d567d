/** Rewrites the data file without the room that erased entries left in it. */
import { ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import type { DatabaseDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';

export const Vacuum = z.strictObject({});

export const Vacuumed = z
  .strictObject({
    bytes_before: Count.describe('The size of the data file.'),
    bytes_after: Count,
  })
  .readonly();

/** What was erased can't be read in the file before either; this only makes it smaller. */
export const vacuum = ({ database }: DatabaseDep): Result<z.infer<typeof Vacuumed>, never> => {
  const bytes_before = database.bytes();
  database.compact();
  return ok({ bytes_before, bytes_after: database.bytes() });
};
