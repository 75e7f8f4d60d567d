/**
 * One whole sync: what others wrote comes in, what was written here goes out. Safe to interrupt anywhere; the next
 * one goes on where this one stopped.
 */
import { err, instantOf, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { countOutbox } from '../changes/outbox.ts';
import { countQuarantine } from '../changes/quarantine.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { followKeyring, type KeysFailure } from './account-keys.ts';
import { type Downloaded, downloadChanges, retryQuarantine } from './download.ts';
import { lookBeforeUpload, tellOthers } from './exchange-manifests.ts';
import { codeOfFailure } from './failure-facts.ts';
import { settleDeletions } from './large-deletions.ts';
import { openAccount, type OpenAccount, readWhetherOn, type SyncNotOn } from './open-account.ts';
import { beginReconcile } from './reconcile.ts';
import { isOtherHistory } from './refused.ts';
import { registerDevice } from './register.ts';
import { sealAnew } from './seal-anew.ts';
import type { ServiceTimeDep } from './service-time.ts';
import { type KeyChangeNotStored, storeKeyChange } from './store-key-change.ts';
import type { SyncFailure } from './sync-api.ts';
import { readSyncState, writeSyncState } from './sync-state.ts';
import { uploadChanges } from './upload.ts';
import type { SyncSecrets } from '../vault/secrets.ts';

export const SyncOutcome = z
  .strictObject({
    uploaded: Count.describe('Changes that the service took.'),
    downloaded: Count.describe('Records that were new or newer than what was held.'),
    merged: Count.describe('Records that both sides had written.'),
    quarantined: Count.describe(
      'Records that can’t be used yet; they are tried again after a change of keys or app.',
    ),
    pending: Count.describe('Changes that the service has not acknowledged.'),
    sealed_anew: Count.describe('Records that were sealed with new keys after change_keys, in this sync.'),
  })
  .readonly();
export type SyncOutcome = z.infer<typeof SyncOutcome>;

export type SyncNotDone = SyncFailure | KeyChangeNotStored | KeysFailure | EntriesMissing | SyncNotOn;

/** What other devices have seen does not fit what the service gives (rule E10). */
interface EntriesMissing {
  readonly type: 'EntriesMissing';
}

export interface SyncExtent {
  /** Records alone: what devices tell each other about them is left for a sync that soon follows (rule E10). */
  readonly isBrief: boolean;
}

/** Everyone who wants a sync comes through here (rule O6). */
export const syncOnce = (
  deps: DeviceDeps,
  extent: SyncExtent = { isBrief: false },
): Promise<Result<SyncOutcome, SyncNotDone>> =>
  deps.syncDoor.pass((signal) => syncUnlessEnded(deps, extent, signal));

const syncUnlessEnded = async (
  deps: DeviceDeps,
  extent: SyncExtent,
  signal: AbortSignal,
): Promise<Result<SyncOutcome, SyncNotDone>> => {
  const isOn = readWhetherOn(deps);
  if (!isOn.ok) return isOn;
  const outcome = await run({ ...deps, connect: (server) => deps.connect({ ...server, signal }) }, extent);
  // The account it was about is no longer this device's.
  if (signal.aborted) return err({ type: 'SyncIsOff' });
  remember(deps, outcome);
  return outcome;
};

const run = async (deps: DeviceDeps, extent: SyncExtent): Promise<Result<SyncOutcome, SyncNotDone>> => {
  const changed = await storeKeyChange(deps);
  if (!changed.ok) return changed;
  const account = await openAccount(deps);
  if (!account.ok) return account;
  forgetPhrase(deps, account.value.secrets);
  const timed: TimedDeps = { ...deps, serviceAheadMs: account.value.serviceAheadMs };

  const first = await exchange(timed, account.value, { ...extent, isSecond: false });
  if (first.ok || !isOtherHistory(first.error)) return first;
  // A history that is not the one this device knew is taken in whole, once.
  write(deps, beginReconcile);
  return exchange(timed, account.value, { isBrief: false, isSecond: true });
};

type TimedDeps = DeviceDeps & ServiceTimeDep;

const exchange = async (
  deps: TimedDeps,
  { api, ...account }: OpenAccount,
  { isBrief, isSecond }: SyncExtent & { readonly isSecond: boolean },
): Promise<Result<SyncOutcome, SyncFailure | KeysFailure | EntriesMissing>> => {
  const told = await registerDevice(deps, api, { ...account, apiKey: account.secrets.api_key });
  if (!told.ok) return told;
  const downloaded = await downloadChanges(deps, api, account.vault);
  if (!downloaded.ok) return downloaded;
  const followed = await followKeyring(deps, api, account, downloaded.value.keyringGeneration);
  if (!followed.ok) return followed;
  const { vault } = followed.value;
  retryQuarantine(deps, vault);
  const again: Downloaded[] = [];
  const looking = { api, vault, isSecond };
  const before = isBrief
    ? 'not seen'
    : await lookBeforeUpload(deps, looking, async () => {
        const more = await downloadChanges(deps, api, vault);
        if (more.ok) again.push(more.value);
      });
  if (before === 'does not fit' && !isSecond) return err({ type: 'EntriesMissing' });
  const deleted = settleDeletions(deps, vault, 0);
  const uploaded = await uploadChanges(deps, api, vault);
  // What conflicts brought belongs to the same run, also where the upload broke off.
  settleDeletions(deps, vault, deleted);
  if (!uploaded.ok) return uploaded;
  const anew = await sealAnew(deps, api, followed.value);
  if (!anew.ok) return anew;
  const after = isBrief ? before : await tellOthers(deps, looking, before);
  if (after === 'does not fit' && !isSecond) return err({ type: 'EntriesMissing' });

  return ok({
    uploaded: uploaded.value.uploaded,
    downloaded: sumOf([downloaded.value, ...again].map((each) => each.downloaded)),
    merged: sumOf([downloaded.value, ...again].map((each) => each.merged)) + uploaded.value.merged,
    quarantined: countQuarantine(deps.database),
    pending: countOutbox(deps.database),
    sealed_anew: anew.value,
  });
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Confirming forgets the phrase, unless it was interrupted at the very end. A store that fails is asked next time. */
const forgetPhrase = ({ secrets }: DeviceDeps, { recovery_phrase, ...lasting }: SyncSecrets): void => {
  if (recovery_phrase !== undefined) secrets.write(lasting);
};

const remember = (deps: DeviceDeps, outcome: Result<SyncOutcome, SyncNotDone>): void => {
  const state = readSyncState(deps.database);
  if (state === undefined) return;
  const at = instantOf(deps.clock.nowMs());
  write(deps, (tx) => {
    writeSyncState(
      tx,
      outcome.ok
        ? { ...state, last_success_at: at, last_failure: null }
        : { ...state, last_failure: { at, code: codeOfFailure(outcome.error) } },
    );
  });
};
