/**
 * Takes in what the other devices wrote, page by page. A page and its cursor commit together (rule O3), so an
 * interruption anywhere costs at most two pages, which come again: the service prepares the next one while the one
 * before is taken in.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import type { Cursor, DownloadAnswer } from '@mhb/core-domain/wire';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { readState, writeState } from '../changes/device-state.ts';
import { listQuarantine } from '../changes/quarantine.ts';
import { write } from '../changes/write.ts';
import type { DatabaseDep, DeviceIdDep, LocalChangeDeps, ProgressDep } from '../deps.ts';
import { APP_VERSION } from '../version.ts';
import type { Vault } from '../vault/vault.ts';
import { takeIn } from './arrival.ts';
import { changeManifestState } from './manifest-state.ts';
import { openArrival, type OpenedArrival, receivedOf } from './opened-arrival.ts';
import { forgetOwnBatchesUpTo, listOwnBatches } from './own-batches.ts';
import { endReconcile } from './reconcile.ts';
import { clearCompleteHead, readCompleteHead, writeCompleteHead } from './service-state.ts';
import type { ServiceTimeDep } from './service-time.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';
import { noteFirstDownload, readCursor, writeCursor } from './sync-state.ts';

/** Half of what the service would give: as quick, and a device holds a quarter less memory meanwhile. */
const PAGE_RECORDS = 500;

/** An account of this many records would be beyond anything a person can enter; a service that sends on is broken. */
const PAGES_MAX = 100_000;

export interface Downloaded {
  /** Records that were new or newer than what was held. */
  readonly downloaded: number;
  /** Records that both sides had written. */
  readonly merged: number;
  readonly keyringGeneration: number;
}

type DownloadDeps = DatabaseDep & LocalChangeDeps & ProgressDep & ServiceTimeDep;

export const downloadChanges = async (
  deps: DownloadDeps,
  api: SyncApi,
  vault: Vault,
): Promise<Result<Downloaded, SyncFailure>> => {
  let downloaded = 0;
  let merged = 0;
  let received = 0;
  let lastSeq = 0;
  let asking = ask(deps, api, readCursor(deps.database));
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const asked = await asking;
    if (!asked.ok) return asked;
    const answer = asked.value;
    if (!isOrderly(answer, lastSeq)) return err({ type: 'ServiceMisbehaved' });
    lastSeq = answer.records.at(-1)?.seq ?? lastSeq;
    if (answer.has_more) asking = ask(deps, api, answer.next);
    const opened = await openInTurns(vault, answer, api);
    if (api.isEnded) return err({ type: 'Offline' });

    for (const arrival of takeInPage(deps, answer, opened)) {
      if (arrival === 'new' || arrival === 'updated') downloaded += 1;
      if (arrival === 'merged') merged += 1;
    }
    received += answer.records.length;
    if (received > 0)
      deps.onProgress({ step: 'download', done: received, total: received + answer.remaining });
    if (!answer.has_more) return ok({ downloaded, merged, keyringGeneration: answer.keyring_generation });
  }
  return err({ type: 'ServiceMisbehaved' });
};

/**
 * Fails where the service's history is not the one of the last download. Whoever wrote a version of another history may
 * never have seen what this device knew to be there.
 */
export const checkHistory = (deps: AskDeps, api: SyncApi): Promise<Result<unknown, SyncFailure>> =>
  ask(deps, api, readCursor(deps.database), 1);

type AskDeps = DatabaseDep & DeviceIdDep;

const ask = async (
  { database, deviceId }: AskDeps,
  api: SyncApi,
  since: Cursor | null,
  limit = PAGE_RECORDS,
): Promise<Result<DownloadAnswer, SyncFailure>> => {
  const skip_batches = listOwnBatches(database);
  const answer = await api.download({ device_id: deviceId, since, limit, skip_batches });
  return answer.ok || since === null ? answer : err(ofAnotherHistory(answer.error));
};

/** Records that are opened in one go: about a millisecond. */
const OPENED_AT_ONCE = 25;

/** In between others get their turn: the next page's request leaves, and a window stays awake. */
const openInTurns = async (
  vault: Vault,
  { records }: DownloadAnswer,
  api: SyncApi,
): Promise<readonly OpenedArrival[]> => {
  const opened: OpenedArrival[] = [];
  for (const record of records) {
    opened.push(openArrival(vault, receivedOf(record), api));
    if (opened.length % OPENED_AT_ONCE === 0) await othersTurn();
  }
  return opened;
};

/**
 * Tries again what could not be used before, once for every version of the app and every generation of the keys:
 * nothing else can have made a difference (rule O5).
 */
export const retryQuarantine = (deps: DownloadDeps, vault: Vault): void => {
  const triedWith = `${APP_VERSION} ${String(vault.generation)}`;
  if (readState(deps.database, 'quarantine_tried') === triedWith) return;
  const arrivals = listQuarantine(deps.database).map((received) => openArrival(vault, received));
  write(deps, (tx) => {
    if (arrivals.length > 0) takeIn(deps, tx, arrivals);
    writeState(tx, 'quarantine_tried', triedWith);
  });
};

const takeInPage = (deps: DownloadDeps, answer: DownloadAnswer, arrivals: readonly OpenedArrival[]) => {
  return write(deps, (tx) => {
    const outcomes = takeIn(deps, tx, arrivals);
    if (answer.next !== readCursor(tx)) writeCursor(tx, answer.next);
    noteFirstDownload(tx, { received: answer.records.length, remaining: answer.remaining });
    // Also where the head has moved and nothing came of it: that is how something left out looks.
    const isNews = answer.records.length > 0 || answer.head !== readCompleteHead(tx);
    if (isNews) changeManifestState(tx, () => ({ is_due: true }));
    if (answer.has_more) clearCompleteHead(tx);
    else {
      writeCompleteHead(tx, answer.head);
      forgetOwnBatchesUpTo(tx, answer.head);
      endReconcile(tx);
    }
    return outcomes;
  });
};

/** A cursor that the service can't even read was never given by it. */
const ofAnotherHistory = (failure: SyncFailure): SyncFailure =>
  failure.type === 'Refused' && failure.code === 'invalid_request'
    ? { ...failure, code: 'history_diverged' }
    : failure;

/**
 * A page without records that promises more, or one that is out of order or comes again, would keep a device busy for
 * ever; one with more records than were asked for would fill its memory.
 */
const isOrderly = ({ records, has_more, head }: DownloadAnswer, lastSeq: number): boolean => {
  if ((has_more && records.length === 0) || records.length > PAGE_RECORDS) return false;
  return records.every(({ seq }, index) => seq <= head && seq > (records[index - 1]?.seq ?? lastSeq));
};
