/**
 * What a device does when the service's history is not the one it knew (rule D6): it keeps everything, forgets what
 * the service was thought to hold, downloads all, merges, and uploads what the service lacks. Absence is never
 * deletion.
 */
import { clearState, readState, writeState } from '../changes/device-state.ts';
import { releaseAllDeletions } from '../changes/held-deletions.ts';
import { enqueueWithoutBase } from '../changes/outbox.ts';
import { forgetBases } from '../changes/records.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import { clearCompleteHead } from './service-state.ts';

/** Also the beginning of sync with an account: the device then knows nothing of what the service holds. */
export const beginReconcile = (tx: Transaction): void => {
  forgetBases(tx);
  clearState(tx, 'cursor');
  clearCompleteHead(tx);
  tx.run(sql`delete from own_batch`);
  // Its changes are still in the outbox; whether the service took the batch shows in what it answers.
  tx.run(sql`delete from outgoing`);
  tx.run(sql`delete from quarantine`);
  releaseAllDeletions(tx);
  clearState(tx, 'first_download');
  writeState(tx, 'reconciling', 'yes');
};

/** After the last page: what has no base by now is not on the service. */
export const endReconcile = (tx: Transaction): void => {
  if (!isReconciling(tx)) return;
  enqueueWithoutBase(tx);
  clearState(tx, 'reconciling');
  clearState(tx, 'first_download');
};

export const isReconciling = (db: Reader): boolean => readState(db, 'reconciling') !== undefined;
