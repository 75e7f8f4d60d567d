/**
 * A large deletion waits (rule D7). Every deletion of a living record that arrives is put aside first; when the run
 * has shown how many there are, few are applied at once and many are shown to the person.
 *
 *   arrives ──► put aside ──► few ─────────────────────────────► applied
 *                   │         many ──► asked ──► apply ─────────► applied
 *                   │                    └─────► keep ──────────► alive again everywhere
 *                   └── changed here, or a later version ──► taken in like anything else
 */
import { deletedAt, type Envelope, isErased, lastStampOf, mergeEnvelopes } from '@mhb/core-domain/sync';
import {
  askAboutDeletions,
  countAsked,
  countLiving,
  type HeldDeletion,
  holdDeletion,
  listUnsettled,
  releaseDeletion,
} from '../changes/held-deletions.ts';
import { sawStampOfOthers } from '../changes/device-state.ts';
import { quarantine, type QuarantinedRecord } from '../changes/quarantine.ts';
import { readRecord } from '../changes/records.ts';
import { type ArrivedRecord, recordRemoteChanges } from '../changes/remote-change.ts';
import { write } from '../changes/write.ts';
import type { Reader, Transaction } from '../database/sql.ts';
import type { ChangeFeedDep, ClockDep, DatabaseDep } from '../deps.ts';
import type { Vault } from '../vault/vault.ts';
import { openArrival, type OpenedArrival } from './opened-arrival.ts';

/** As many may go at once without anybody asking. */
export const DELETIONS_MAX = 20;
/** And this part of what is here. */
export const DELETED_PART_MAX = 0.1;

export type ArrivalDeps = ChangeFeedDep & ClockDep & DatabaseDep;

/** Whether taking it in would make a living record dead. */
export const deletesLiving = (db: Reader, arrived: ArrivedRecord): boolean => {
  if (isAlive(arrived.envelope)) return false;
  const held = readRecord(db, arrived.id);
  if (held === undefined || !isAlive(held.envelope)) return false;
  return !isAlive(mergeEnvelopes(held.envelope, arrived.envelope));
};

/** Keeps it as received. What is written here from now on is later. */
export const putAside = (tx: Transaction, received: QuarantinedRecord, arrived: ArrivedRecord): void => {
  holdDeletion(tx, { ...received, recordId: arrived.id, erases: isErased(arrived.envelope) });
  sawStampOfOthers(tx, lastStampOf(arrived.envelope));
};

/**
 * At the end of a download, and of the upload after it. `appliedBefore` were applied earlier in the run. Answers how
 * many were applied now. Where a person is being asked already, what comes later waits with it.
 */
export const settleDeletions = (deps: ArrivalDeps, vault: Vault, appliedBefore: number): number => {
  const unsettled = listUnsettled(deps.database);
  if (unsettled.length === 0) return 0;
  const opened = unsettled.map((held) => ({ held, ...openArrival(vault, held) }));
  return write(deps, (tx) => {
    const waiting = opened.filter((one) => one.opened.ok && deletesLiving(tx, one.opened.value));
    const isWaiting = new Set(waiting);
    takeOut(
      deps,
      tx,
      opened.filter((one) => !isWaiting.has(one)),
    );
    const fresh = waiting.filter(({ held }) => !held.asked);
    if (fresh.length === 0) return 0;
    const inRun = fresh.length + appliedBefore;
    const isLarge = inRun > DELETIONS_MAX && inRun > (countLiving(tx) + appliedBefore) * DELETED_PART_MAX;
    if (isLarge || countAsked(tx) > 0) {
      askAboutDeletions(tx);
      return 0;
    }
    takeOut(deps, tx, fresh);
    return fresh.length;
  });
};

/** Takes them in after all. One that no longer opens goes to quarantine (rule O5). */
export const takeOut = (
  deps: ArrivalDeps,
  tx: Transaction,
  opened: readonly (OpenedArrival & { readonly held: HeldDeletion })[],
): void => {
  for (const one of opened) {
    releaseDeletion(tx, one.held.id);
    if (!one.opened.ok) quarantine(tx, one.held, one.opened.error.type);
  }
  recordRemoteChanges(
    deps,
    tx,
    opened.flatMap((one) => (one.opened.ok ? [one.opened.value] : [])),
  );
};

const isAlive = (envelope: Envelope): boolean => !isErased(envelope) && deletedAt(envelope) === null;
