/**
 * Turning sync off forgets the keys and where sync stood. The two are kept in different places, so the intention is
 * written down first: whoever ends the process in between finds sync turned off at the next start, and no keys left.
 */
import { ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { clearState, readState, writeState } from '../changes/device-state.ts';
import { releaseAllDeletions } from '../changes/held-deletions.ts';
import { countRecords } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import type { SecretsNotWritten } from '../vault/secrets.ts';
import { clearSyncState, readSyncState } from './sync-state.ts';

export const SyncDisabled = z
  .strictObject({
    kept_on_this_device: Count.describe('How many records stay here.'),
    kept_on_the_service: z.boolean().describe('Whether their sealed copies stay on the service.'),
  })
  .readonly();
export type SyncDisabled = z.infer<typeof SyncDisabled>;

export type NotTurnedOff = SecretsNotWritten;

/** Where the keys can't be removed sync stays on as it was. */
export const turnSyncOff = (deps: DeviceDeps): Result<SyncDisabled, NotTurnedOff> => {
  const wasOn = readSyncState(deps.database)?.confirm_positions === null;
  write(deps, (tx) => {
    writeState(tx, 'turning_off', 'yes');
  });
  const cleared = deps.secrets.clear();
  if (!cleared.ok) {
    write(deps, (tx) => {
      clearState(tx, 'turning_off');
    });
    return cleared;
  }
  deps.syncDoor.end();
  write(deps, (tx) => {
    clearSyncState(tx);
    // Nobody could open them any more; they come again when sync is turned on again.
    releaseAllDeletions(tx);
    clearState(tx, 'first_download');
    clearState(tx, 'turning_off');
  });
  return ok({ kept_on_this_device: countRecords(deps.database), kept_on_the_service: wasOn });
};

/** At start: what was cut short is done now, or with the next start. */
export const goOnTurningOff = (deps: DeviceDeps): void => {
  if (readState(deps.database, 'turning_off') !== undefined) turnSyncOff(deps);
};
