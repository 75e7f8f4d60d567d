/**
 * Deletes everything a person has entered, backups and all. With sync on, everything is erased on the service and on their other
 * devices too; with sync off, this device is left as if it were new.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { removeBackups } from '../backups/back-up.ts';
import { eraseRecord } from '../changes/local-change.ts';
import { forgetEverything } from '../changes/forget-everything.ts';
import { listNotErased } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { readSyncState } from '../sync/sync-state.ts';
import { syncOnce } from '../sync/sync-once.ts';
import { type NotTurnedOff, turnSyncOff } from '../sync/turn-off.ts';

/** What a person has to type, so that no slip of a finger deletes anything. */
export const CONFIRMATION = 'delete everything';

export const DeleteAllData = z.strictObject({
  confirm: z.string().max(100).describe(`The words ${CONFIRMATION}, so that nothing is deleted by a slip.`),
});

export const AllDeleted = z
  .strictObject({
    deleted: Count.describe('How many records.'),
    deleted_on_the_service: z
      .boolean()
      .nullable()
      .describe(
        'False: not yet, since it could not be reached; the next sync does it. Null where sync is off.',
      ),
  })
  .readonly();
type AllDeleted = z.infer<typeof AllDeleted>;

export const deleteAllData = async (
  deps: DeviceDeps,
  { confirm }: z.output<typeof DeleteAllData>,
): Promise<
  Result<AllDeleted, NotTurnedOff | { readonly type: 'ConfirmationNeeded'; readonly words: string }>
> => {
  if (confirm.trim().toLowerCase() !== CONFIRMATION) {
    return err({ type: 'ConfirmationNeeded', words: CONFIRMATION });
  }
  const isSyncing = readSyncState(deps.database)?.confirm_positions === null;
  return isSyncing ? await eraseEverywhere(deps) : eraseHere(deps);
};

/** Certificates take the place of what was written, so that a device that is offline now can't bring it back. */
const eraseEverywhere = async (deps: DeviceDeps): Promise<Result<AllDeleted, never>> => {
  const deleted = write(deps, (tx) => {
    const ids = listNotErased(tx);
    for (const [index, id] of ids.entries()) {
      eraseRecord(deps, tx, id);
      deps.onProgress({ step: 'erase', done: index + 1, total: ids.length });
    }
    return ids.length;
  });
  const synced = await syncOnce(deps);
  deps.database.compact();
  removeBackups(deps);
  return ok({ deleted, deleted_on_the_service: synced.ok && synced.value.pending === 0 });
};

const eraseHere = (deps: DeviceDeps): Result<AllDeleted, NotTurnedOff> => {
  const off = turnSyncOff(deps);
  if (!off.ok) return off;
  const deleted = write(deps, (tx) => {
    const count = listNotErased(tx).length;
    forgetEverything(deps, tx);
    return count;
  });
  deps.database.compact();
  removeBackups(deps);
  return ok({ deleted, deleted_on_the_service: null });
};
