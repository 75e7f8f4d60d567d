/**
 * Lets in through the door what the service sent, or keeps it in quarantine (rule O5), or puts it aside where it
 * deletes (rule D7). Own stamps are put right before anything is merged with them (rule S3).
 */
import {
  listQuarantinedIds,
  quarantine,
  type QuarantinedRecord,
  releaseFromQuarantine,
} from '../changes/quarantine.ts';
import { readRecord, setBase } from '../changes/records.ts';
import { enqueue } from '../changes/outbox.ts';
import { countHeld, releaseDeletion } from '../changes/held-deletions.ts';
import { type ArrivedRecord, type Arrival, recordRemoteChanges } from '../changes/remote-change.ts';
import type { Transaction } from '../database/sql.ts';
import type { LocalChangeDeps } from '../deps.ts';
import { sealedHash } from '../vault/sealed-hash.ts';
import { noteSharedId } from './shared-id.ts';
import { deletesLiving, putAside } from './large-deletions.ts';
import type { NotOpened, OpenedArrival } from './opened-arrival.ts';
import { putStampsRight, type ServiceTimeDep } from './service-time.ts';

/** Answers what became of them, in no particular order. */
export const takeIn = (
  deps: LocalChangeDeps & ServiceTimeDep,
  tx: Transaction,
  arrivals: readonly OpenedArrival[],
): readonly (Arrival | 'quarantined' | 'held')[] => {
  putStampsRight(deps, tx);
  // Nearly always there is nothing in quarantine and nothing held, and nothing to look for.
  const inQuarantine = new Set<string>(listQuarantinedIds(tx));
  const areHeld = countHeld(tx) > 0;
  const usable: ArrivedRecord[] = [];
  let quarantined = 0;
  let held = 0;
  for (const { received, opened } of arrivals) {
    if (!opened.ok && !replacesDamaged(tx, received, opened.error)) {
      quarantine(tx, received, opened.error.type);
      quarantined += 1;
      continue;
    }
    if (inQuarantine.has(received.id)) releaseFromQuarantine(tx, received.id);
    if (!opened.ok) continue;
    if (deletesLiving(tx, opened.value)) {
      putAside(tx, received, opened.value);
      held += 1;
      continue;
    }
    if (areHeld) releaseDeletion(tx, received.id);
    usable.push(opened.value);
  }
  noteSharedId(deps, tx, usable);
  return [
    ...recordRemoteChanges(deps, tx, usable),
    ...Array<'quarantined'>(quarantined).fill('quarantined'),
    ...Array<'held'>(held).fill('held'),
  ];
};

/**
 * Where the service's version was damaged, nobody can ever read it again: a device that holds the record puts it back.
 * Whoever wrote the lost version holds it too, and merges it with what comes.
 */
const replacesDamaged = (
  tx: Transaction,
  { seq, sealed }: QuarantinedRecord,
  { damaged }: NotOpened,
): boolean => {
  if (damaged === undefined || readRecord(tx, damaged) === undefined) return false;
  setBase(tx, damaged, { base: seq, sealedHash: sealedHash(sealed), common: {} });
  enqueue(tx, damaged);
  return true;
};
