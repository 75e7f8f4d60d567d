/**
 * One page of what the service holds, sealed with the newest data key where it is not (rule E7). By compare and set, so
 * an edit that another device made meanwhile stays; what was sent is remembered for no longer than its answer takes.
 */
import { ok, type Result } from '@mhb/core-domain';
import { BatchId, limits, type StoredRecord, type UploadAnswer, type WireId } from '@mhb/core-domain/wire';
import { replaceInQuarantine } from '../changes/quarantine.ts';
import { moveBase } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { sealedHash } from '../vault/sealed-hash.ts';
import type { Vault } from '../vault/vault.ts';
import { changeManifestState } from './manifest-state.ts';
import { receivedOf } from './opened-arrival.ts';
import { rememberOwnBatch } from './own-batches.ts';
import { readSealingAnew, writeSealingAnew } from './sealing-anew-state.ts';
import { clearCompleteHead, moveCompleteHead } from './service-state.ts';
import type { OutgoingChange, SyncApi, SyncFailure } from './sync-api.ts';

export interface SealedPage {
  /** How many were sealed with an earlier key. */
  readonly found: number;
  /** How many are of a format that only a newer app knows. */
  readonly unknown: number;
}

/** What no key of ours opens is not sealed with an earlier one: it is damaged, or nobody's. */
export const sealPage = async (
  deps: DeviceDeps,
  api: SyncApi,
  vault: Vault,
  records: readonly StoredRecord[],
): Promise<Result<SealedPage, SyncFailure>> => {
  const changes: OutgoingChange[] = [];
  let unknown = 0;
  for (const record of records) {
    const { id, seq, sealed } = receivedOf(record);
    const anew = vault.sealAnew({ id, sealed });
    if (!anew.ok && anew.error.type === 'UnknownFormat') unknown += 1;
    if (anew.ok && anew.value !== undefined)
      changes.push({ id, base: seq, base_hash: sealedHash(sealed), sealed: anew.value });
  }
  for (const batch of batchesOf(changes)) {
    const batch_id = BatchId.parse(Buffer.from(deps.randomBytes(16)).toString('hex'));
    const answer = await api.upload({ device_id: deps.deviceId, batch_id, changes: batch });
    if (!answer.ok) return answer;
    takeAnswer(deps, vault, { batch_id, changes: batch, answer: answer.value });
  }
  return ok({ found: changes.length, unknown });
};

/** As many as one request takes. */
function* batchesOf(changes: readonly OutgoingChange[]): Generator<readonly OutgoingChange[]> {
  let batch: OutgoingChange[] = [];
  let bytes = 0;
  for (const change of changes) {
    const more = Math.ceil(change.sealed.length / 3) * 4 + 200;
    if (
      batch.length > 0 &&
      (batch.length === limits.UPLOAD_CHANGES_MAX || bytes + more > limits.BODY_BYTES_MAX - 1_000)
    ) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(change);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}

interface Answered {
  readonly batch_id: string;
  readonly changes: readonly OutgoingChange[];
  readonly answer: UploadAnswer;
}

/**
 * The content is the same, only its seq is another. Where everything in the batch is here in that very version, no
 * download needs to bring it back. A conflict is another device's edit; the next sync brings it, the next walk sees it.
 */
const takeAnswer = (deps: DeviceDeps, vault: Vault, { batch_id, changes, answer }: Answered): void => {
  const changeById = new Map<WireId, OutgoingChange>(changes.map((change) => [change.id, change]));
  write(deps, (tx) => {
    let lastSeq = 0;
    let isAllHere = true;
    let applied = 0;
    for (const { id, seq } of answer.applied) {
      const change = changeById.get(id);
      if (change === undefined) continue;
      const recordId = vault.recordIdOf(id);
      const { base: from, sealed } = change;
      const isHere =
        (recordId !== undefined &&
          moveBase(tx, recordId, { from, to: seq, sealedHash: sealedHash(sealed) })) ||
        replaceInQuarantine(tx, { id, seq, sealed }, from);
      isAllHere &&= isHere;
      lastSeq = Math.max(lastSeq, seq);
      applied += 1;
    }
    if (isAllHere && lastSeq > 0) rememberOwnBatch(tx, { batchId: batch_id, lastSeq });
    if (isAllHere) moveCompleteHead(tx, { head: answer.head, seqs: answer.applied.map(({ seq }) => seq) });
    else clearCompleteHead(tx);
    changeManifestState(tx, () => ({ is_due: true }));
    const walk = readSealingAnew(tx);
    if (walk !== undefined) writeSealingAnew(tx, { ...walk, sealed_anew: walk.sealed_anew + applied });
  });
};
