/** Bringing back what was deleted. */
import { err, ok, RecordId, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import type { NotFound } from '../changes/find-record.ts';
import { restoreRecord } from '../changes/local-change.ts';
import { readEntity } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';

export const Restore = z.strictObject({ id: RecordId });

/** Takes a record of any kind out of the Trash. A living one stays as it is. */
export const restore = (
  deps: DeviceDeps,
  { id }: z.output<typeof Restore>,
): Result<{ readonly kind: string }, NotFound> =>
  write(deps, (tx) => {
    const state = readEntity(tx, id);
    if (state === undefined) return err({ type: 'NotFound', fields: ['id'] });
    if (state.deleted_at !== null) restoreRecord(deps, tx, id);
    return ok({ kind: state.kind });
  });
