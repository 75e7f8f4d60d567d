/**
 * Looks after the Trash, at each start: what has lain there for 30 days is erased. An activity that living entries
 * name stays, because the history keeps names; a person can still erase it.
 */
import { instantOf } from '@mhb/core-domain';
import { eraseRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DatabaseDep, LocalChangeDeps } from '../deps.ts';
import { erasedAfter } from './trash-days.ts';
import { listTrashed, noteTrash } from './trash-repository.ts';

/** Far more than anybody deletes in a month; what is over waits for the next start. */
const ERASED_MAX = 10_000;

/** Answers how many were erased. */
export const tendTrash = (deps: DatabaseDep & LocalChangeDeps): number =>
  write(deps, (tx) => {
    const now = instantOf(deps.clock.nowMs());
    noteTrash(tx, now);
    const due = listTrashed(tx, { kind: null, limit: ERASED_MAX }).filter((row) => {
      const after = erasedAfter(row, now);
      return after !== null && after <= now;
    });
    for (const { id } of due) eraseRecord(deps, tx, id);
    return due.length;
  });
