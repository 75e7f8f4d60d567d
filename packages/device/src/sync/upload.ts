/**
 * Sends what the outbox holds, batch by batch. What the service applied leaves the outbox; a conflict brings the
 * current version, which is merged and sent again.
 */
import { err, ok, type RecordId, type Result } from '@mhb/core-domain';
import type { UploadAnswer, WireId } from '@mhb/core-domain/wire';
import { acknowledge, countOutbox } from '../changes/outbox.ts';
import { listHeldRecordIds } from '../changes/held-deletions.ts';
import { listQuarantinedIds } from '../changes/quarantine.ts';
import { setBase } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { Transaction } from '../database/sql.ts';
import type { DatabaseDep, LocalChangeDeps, ProgressDep, RandomDep } from '../deps.ts';
import { sealedHash } from '../vault/sealed-hash.ts';
import type { Vault } from '../vault/vault.ts';
import { takeIn } from './arrival.ts';
import { checkHistory } from './download.ts';
import { changeManifestState } from './manifest-state.ts';
import { openArrival, type OpenedArrival, receivedOf } from './opened-arrival.ts';
import {
  type FrozenBatch,
  freezeBatch,
  readFrozenBatch,
  releaseFrozenBatch,
  type Wanted,
} from './outgoing.ts';
import { rememberOwnBatch } from './own-batches.ts';
import { moveCompleteHead } from './service-state.ts';
import { putStampsRight, type ServiceTimeDep } from './service-time.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';

/** Somebody else keeps writing the same records; the next sync goes on from here. */
const CONFLICT_ROUNDS_MAX = 10;

export interface Uploaded {
  /** Changes the service applied. */
  readonly uploaded: number;
  /** Conflicts that were merged. */
  readonly merged: number;
}

type UploadDeps = DatabaseDep & LocalChangeDeps & ProgressDep & RandomDep & ServiceTimeDep;

export const uploadChanges = async (
  deps: UploadDeps,
  api: SyncApi,
  vault: Vault,
): Promise<Result<Uploaded, SyncFailure>> => {
  let uploaded = 0;
  let merged = 0;
  let conflictRounds = 0;
  // What the service holds of these can't be read here, or it refused them: sending would overwrite or be in vain.
  const leaveOut = new Set<RecordId>();
  const freezeNext = (tx: Transaction): FrozenBatch | undefined => {
    putStampsRight(deps, tx);
    const quarantined = listQuarantinedIds(tx).map((id) => ({ id }));
    const waiting = [...recordIdsOf(vault, quarantined), ...listHeldRecordIds(tx)];
    for (const id of waiting) leaveOut.add(id);
    const batchId = Buffer.from(deps.randomBytes(16)).toString('hex');
    return freezeBatch(tx, vault, { batchId, leaveOut, wanted });
  };
  let full: SyncFailure | undefined;
  let wanted: Wanted = 'everything';

  let batch = readFrozenBatch(deps.database) ?? write(deps, freezeNext);
  while (batch !== undefined && conflictRounds < CONFLICT_ROUNDS_MAX) {
    const asked = await api.upload({
      device_id: deps.deviceId,
      batch_id: batch.batchId,
      changes: batch.changes,
    });
    if (!asked.ok) {
      const less: Wanted | undefined = isFull(asked.error) ? lessThan[wanted] : undefined;
      if (less === undefined) return asked;
      full = asked.error;
      wanted = less;
      // Nothing of it was stored, and a batch of this name is not known there.
      batch = write(deps, (tx) => {
        releaseFrozenBatch(tx);
        return freezeNext(tx);
      });
      continue;
    }
    const answer = answerTo(batch, asked.value);
    if (answer === undefined) return err({ type: 'ServiceMisbehaved' });
    if (answer.conflicts.length > 0) {
      // Restored since the download, a service names as present what was written without the version known here: it
      // is merged only when that is forgotten, or the ledger would not get what is let go (rule M4).
      const known = await checkHistory(deps, api);
      if (!known.ok) return known;
    }
    const taken: AnsweredBatch = { batch, answer, conflicts: openConflicts(api, vault, answer) };
    for (const id of recordIdsOf(vault, answer.rejected)) leaveOut.add(id);

    // The next batch is frozen with the answer to this one: one commit instead of two.
    batch = write(deps, (tx) => {
      takeAnswer(deps, tx, taken);
      return freezeNext(tx);
    });
    merged += taken.conflicts.length;
    uploaded += answer.applied.length;
    if (taken.conflicts.length > 0) conflictRounds += 1;
    deps.onProgress({ step: 'upload', done: uploaded, total: uploaded + countOutbox(deps.database) });
  }
  // Whatever found no room waits in the outbox, and is said to wait.
  return full === undefined ? ok({ uploaded, merged }) : err(full);
};

const isFull = (failure: SyncFailure): boolean =>
  failure.type === 'Refused' && failure.code === 'quota_exceeded';

const lessThan: Readonly<Record<Wanted, Wanted | undefined>> = {
  everything: 'what is there',
  'what is there': 'what was deleted',
  'what was deleted': undefined,
};

interface AnsweredBatch {
  readonly batch: FrozenBatch;
  readonly answer: UploadAnswer;
  readonly conflicts: readonly OpenedArrival[];
}

/** What is said of changes that were sent; `undefined` for none, which would be sent again for ever. */
const answerTo = ({ changes }: FrozenBatch, answer: UploadAnswer): UploadAnswer | undefined => {
  const sent = new Set<WireId>(changes.map(({ id }) => id));
  const isSent = ({ id }: { readonly id: WireId }): boolean => sent.has(id);
  const applied = answer.applied.filter(isSent);
  const conflicts = answer.conflicts.filter(isSent);
  const rejected = answer.rejected.filter(isSent);
  if (applied.length + conflicts.length + rejected.length === 0) return undefined;
  return { ...answer, applied, conflicts, rejected };
};

/** Opening is the slow half and needs no transaction. */
const openConflicts = (api: SyncApi, vault: Vault, { conflicts }: UploadAnswer): readonly OpenedArrival[] =>
  conflicts.map((conflict) => openArrival(vault, receivedOf(conflict), api));

/** All of an answer, in the caller's transaction. */
const takeAnswer = (deps: UploadDeps, tx: Transaction, { batch, answer, conflicts }: AnsweredBatch): void => {
  const changeById = new Map(batch.changes.map((change) => [change.id, change]));
  let lastSeq = 0;
  for (const { id, seq } of answer.applied) {
    const change = changeById.get(id);
    if (change === undefined) continue;
    const isAll = acknowledge(tx, change);
    const version = { base: seq, sealedHash: sealedHash(change.sealed) };
    setBase(tx, change.record_id, { ...version, common: isAll ? null : change.stamps });
    lastSeq = Math.max(lastSeq, seq);
  }
  if (lastSeq > 0) {
    rememberOwnBatch(tx, { batchId: batch.batchId, lastSeq });
    changeManifestState(tx, ({ operations }) => ({ operations: operations + 1, is_due: true }));
  }
  moveCompleteHead(tx, { head: answer.head, seqs: answer.applied.map(({ seq }) => seq) });
  takeIn(deps, tx, conflicts);
  releaseFrozenBatch(tx);
};

const recordIdsOf = (vault: Vault, records: readonly { readonly id: WireId }[]): readonly RecordId[] =>
  records.flatMap(({ id }) => vault.recordIdOf(id) ?? []);
