/**
 * After a change of keys: seals with the newest data key whatever the service still holds under an earlier one (rule
 * E7), erase certificates and what a newer app wrote too. A walk through everything the service holds, page by page:
 *
 *   walk ──► something was sealed with an earlier key ──► sealed anew, by compare and set ──► walk again
 *     └────► nothing was ──► the earlier keys leave the keyring (retire-keys.ts)
 *
 * That there are earlier keys in the keyring is what makes it due, so any device of the account goes on with it. The
 * walk has a cursor of its own; an interruption costs one page. What was sealed anew is found to be so on the next
 * walk and not sent again, therefore its batches need not be frozen.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import type { DownloadAnswer, StoredRecord, UploadAnswer, WireId } from '@mhb/core-domain/wire';
import { BatchId, errorCodes, limits } from '@mhb/core-domain/wire';
import { replaceInQuarantine } from '../changes/quarantine.ts';
import { moveBase } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { sealedHash } from '../vault/sealed-hash.ts';
import type { Vault } from '../vault/vault.ts';
import type { KeysFailure, KnownAccount } from './account-keys.ts';
import { receivedOf } from './arrival.ts';
import { readFrozenBatch } from './outgoing.ts';
import { rememberOwnBatch } from './own-batches.ts';
import { retireEarlierKeys } from './retire-keys.ts';
import {
  beginNextWalk,
  beginSealingAnew,
  endSealingAnew,
  readSealingAnew,
  type SealingAnew,
  writeSealingAnew,
} from './sealing-anew-state.ts';
import type { OutgoingChange, SyncApi, SyncFailure } from './sync-api.ts';

/** Records at a time, so that an account of any size takes the memory of one page. */
const PAGE_RECORDS = 500;

/** A service that never ends a walk is broken; the next sync goes on from here. */
const PAGES_MAX = 100_000;
const WALKS_MAX = 5;

type NotSealed = SyncFailure | KeysFailure;

/** Comes after an exchange, so what the service holds is here too. Answers how many records it has sealed anew. */
export const sealAnew = async (
  deps: DeviceDeps,
  api: SyncApi,
  account: KnownAccount,
): Promise<Result<number, NotSealed>> => {
  const { vault } = account;
  if (!vault.hasEarlierKeys) {
    if (readSealingAnew(deps.database) !== undefined) write(deps, endSealingAnew);
    return ok(0);
  }
  const before = walkOf(deps, vault).sealed_anew;
  let after = before;
  for (let walks = 0; walks < WALKS_MAX; walks += 1) {
    const walked = await walkThrough(deps, api, vault);
    if (!walked.ok) return walked;
    const { found, unknown } = walked.value;
    after = walked.value.sealed_anew;
    write(deps, (tx) => {
      beginNextWalk(tx, walked.value);
    });
    // A batch that is on its way may have been sealed before the keys were changed.
    const isClean = found === 0 && unknown === 0 && readFrozenBatch(deps.database) === undefined;
    if (isClean) {
      const retired = await retireEarlierKeys(deps, api, account);
      if (!retired.ok) return retired;
    }
    if (found === 0) break;
  }
  return ok(after - before);
};

/** The walk that is under way, or a new one where there is none or the keys have changed again. */
const walkOf = (deps: DeviceDeps, vault: Vault): SealingAnew => {
  const walk = readSealingAnew(deps.database);
  return walk?.key === vault.newestKey ? walk : write(deps, (tx) => beginSealingAnew(tx, vault.newestKey));
};

/** To the end, or to where this walk's own changes begin; answers the walk as it ended. */
const walkThrough = async (
  deps: DeviceDeps,
  api: SyncApi,
  vault: Vault,
): Promise<Result<SealingAnew, NotSealed>> => {
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { cursor } = walkOf(deps, vault);
    const asked = await api.download({ device_id: deps.deviceId, since: cursor, limit: PAGE_RECORDS });
    if (!asked.ok) {
      forgetOtherHistory(deps, vault, asked.error);
      return asked;
    }
    const { records, has_more, remaining } = asked.value;
    if (has_more && records.length === 0) return err({ type: 'ServiceMisbehaved' });
    const sealed = await sealPage(deps, api, vault, records);
    if (!sealed.ok) {
      forgetOtherHistory(deps, vault, sealed.error);
      return sealed;
    }
    const walk = stepOf(walkOf(deps, vault), asked.value, sealed.value);
    write(deps, (tx) => {
      writeSealingAnew(tx, walk);
    });
    const total = walk.sealed_anew + remaining;
    if (walk.found > 0) deps.onProgress({ step: 're-seal', done: walk.sealed_anew, total });
    const isPast = walk.found > 0 && (records.at(-1)?.seq ?? 0) >= (walk.until ?? 0);
    if (!has_more || isPast) return ok(walk);
  }
  return err({ type: 'ServiceMisbehaved' });
};

/** A cursor of another history leads nowhere: the walk begins again in the one that is there now. */
const forgetOtherHistory = (deps: DeviceDeps, vault: Vault, failure: SyncFailure): void => {
  if (failure.type !== 'Refused' || errorCodes[failure.code].action !== 'reconcile') return;
  const walk = walkOf(deps, vault);
  write(deps, (tx) => {
    beginNextWalk(tx, walk);
  });
};

interface SealedPage {
  readonly found: number;
  readonly unknown: number;
}

const stepOf = (walk: SealingAnew, page: DownloadAnswer, { found, unknown }: SealedPage): SealingAnew => ({
  ...walk,
  cursor: page.next,
  until: walk.until ?? page.head,
  found: walk.found + found,
  unknown: walk.unknown + unknown,
});

/** What no key of ours opens is not sealed with an earlier one: it is damaged, or nobody's. */
const sealPage = async (
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
    if (anew.ok && anew.value !== undefined) changes.push({ id, base: seq, sealed: anew.value });
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
    const walk = readSealingAnew(tx);
    if (walk !== undefined) writeSealingAnew(tx, { ...walk, sealed_anew: walk.sealed_anew + applied });
  });
};
