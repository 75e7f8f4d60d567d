/**
 * Sends what the outbox holds, batch by batch. What the service applied leaves the outbox; a conflict brings the
 * current version, which is merged and sent again.
 */
import { ok, type RecordId, type Result } from '@mhb/core-domain';
import type { UploadAnswer, WireId } from '@mhb/core-domain/wire';
import { acknowledge, countOutbox } from '../changes/outbox.ts';
import { listQuarantine } from '../changes/quarantine.ts';
import { setBase } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { ChangeFeedDep, DatabaseDep, DeviceIdDep, ProgressDep, RandomDep } from '../deps.ts';
import type { Vault } from '../vault/vault.ts';
import { openArrival, receivedOf, takeIn } from './arrival.ts';
import { type FrozenBatch, freezeBatch, readFrozenBatch, releaseFrozenBatch } from './outgoing.ts';
import { rememberOwnBatch } from './own-batches.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';

/** Somebody else keeps writing the same records; the next sync goes on from here. */
const CONFLICT_ROUNDS_MAX = 10;

export interface Uploaded {
  /** Changes the service applied. */
  readonly uploaded: number;
  /** Conflicts that were merged. */
  readonly merged: number;
}

type UploadDeps = ChangeFeedDep & DatabaseDep & DeviceIdDep & ProgressDep & RandomDep;

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
  const leave = (records: readonly { readonly id: WireId }[]): void => {
    for (const recordId of records.flatMap(({ id }) => vault.recordIdOf(id) ?? [])) leaveOut.add(recordId);
  };
  leave(listQuarantine(deps.database));

  while (conflictRounds < CONFLICT_ROUNDS_MAX) {
    const batch = nextBatch(deps, vault, leaveOut);
    if (batch === undefined) break;
    const asked = await api.upload({
      device_id: deps.deviceId,
      batch_id: batch.batchId,
      changes: batch.changes,
    });
    if (!asked.ok) return asked;
    const answer = asked.value;

    merged += takeAnswer(deps, vault, batch, answer);
    uploaded += answer.applied.length;
    leave(answer.rejected);
    leave(listQuarantine(deps.database));
    if (answer.conflicts.length > 0) conflictRounds += 1;
    deps.onProgress({ step: 'upload', done: uploaded, total: uploaded + countOutbox(deps.database) });
  }
  return ok({ uploaded, merged });
};

const nextBatch = (
  deps: UploadDeps,
  vault: Vault,
  leaveOut: ReadonlySet<RecordId>,
): FrozenBatch | undefined =>
  readFrozenBatch(deps.database) ??
  write(deps, (tx) => {
    const batchId = Buffer.from(deps.randomBytes(16)).toString('hex');
    return freezeBatch(tx, vault, { batchId, leaveOut });
  });

/** All of an answer in one transaction. Answers how many conflicts were merged. */
const takeAnswer = (deps: UploadDeps, vault: Vault, batch: FrozenBatch, answer: UploadAnswer): number => {
  const changeById = new Map<string, FrozenBatch['changes'][number]>(
    batch.changes.map((change) => [change.id, change]),
  );
  const conflicts = answer.conflicts
    .filter(({ id }) => changeById.has(id))
    .map((conflict) => openArrival(vault, receivedOf(conflict)));

  return write(deps, (tx) => {
    let lastSeq = 0;
    for (const { id, seq } of answer.applied) {
      // Only what was sent can be acknowledged.
      const change = changeById.get(id);
      if (change === undefined) continue;
      setBase(tx, change.record_id, seq);
      acknowledge(tx, change);
      lastSeq = Math.max(lastSeq, seq);
    }
    if (lastSeq > 0) rememberOwnBatch(tx, { batchId: batch.batchId, lastSeq });
    for (const conflict of conflicts) takeIn(deps, tx, conflict);
    releaseFrozenBatch(tx);
    return conflicts.length;
  });
};
