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
import { type DownloadAnswer, errorCodes } from '@mhb/core-domain/wire';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import type { Vault } from '../vault/vault.ts';
import type { KeysFailure, KnownAccount } from './account-keys.ts';
import { readFrozenBatch } from './outgoing.ts';
import { retireEarlierKeys } from './retire-keys.ts';
import { type SealedPage, sealPage } from './seal-page.ts';
import {
  beginNextWalk,
  beginSealingAnew,
  endSealingAnew,
  readSealingAnew,
  type SealingAnew,
  writeSealingAnew,
} from './sealing-anew-state.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';

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

const stepOf = (walk: SealingAnew, page: DownloadAnswer, { found, unknown }: SealedPage): SealingAnew => ({
  ...walk,
  cursor: page.next,
  until: walk.until ?? page.head,
  found: walk.found + found,
  unknown: walk.unknown + unknown,
});
