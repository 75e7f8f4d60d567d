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
import {
  followKeyring,
  type KeysFailure,
  type KnownAccount,
  openAccountVault,
  readSecrets,
} from './account-keys.ts';
import { downloadChanges, retryQuarantine } from './download.ts';
import { settleDeletions } from './large-deletions.ts';
import { beginReconcile } from './reconcile.ts';
import { isOtherHistory } from './refused.ts';
import { registerDevice } from './register.ts';
import type { ServiceTimeDep } from './service-time.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';
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
  })
  .readonly();
export type SyncOutcome = z.infer<typeof SyncOutcome>;

export type SyncNotDone =
  | SyncFailure
  | KeysFailure
  | { readonly type: 'SyncIsOff' }
  | { readonly type: 'RecoveryPhraseNotConfirmed' };

export const syncOnce = async (deps: DeviceDeps): Promise<Result<SyncOutcome, SyncNotDone>> => {
  const state = readSyncState(deps.database);
  if (state === undefined) return err({ type: 'SyncIsOff' });
  if (state.confirm_positions !== null) return err({ type: 'RecoveryPhraseNotConfirmed' });
  const outcome = await run(deps);
  remember(deps, outcome);
  return outcome;
};

const run = async (deps: DeviceDeps): Promise<Result<SyncOutcome, SyncNotDone>> => {
  const state = readSyncState(deps.database);
  if (state === undefined) return err({ type: 'SyncIsOff' });
  const secrets = readSecrets(deps, state);
  if (!secrets.ok) return secrets;
  const vault = await openAccountVault(deps, state, secrets.value);
  if (!vault.ok) return vault;
  let serviceAheadMs: number | undefined;
  const onServiceTime = (ms: number): void => {
    serviceAheadMs = ms - deps.clock.nowMs();
  };
  const api = deps.connect({ url: state.url, apiKey: secrets.value.api_key, onServiceTime });
  const timed: TimedDeps = { ...deps, serviceAheadMs: () => serviceAheadMs };
  const account = { state, secrets: secrets.value, vault: vault.value };
  forgetPhrase(deps, secrets.value);

  const first = await exchange(timed, api, account);
  if (first.ok || !isOtherHistory(first.error)) return first;
  // A history that is not the one this device knew is taken in whole, once.
  write(deps, beginReconcile);
  return exchange(timed, api, account);
};

type TimedDeps = DeviceDeps & ServiceTimeDep;

const exchange = async (
  deps: TimedDeps,
  api: SyncApi,
  account: KnownAccount,
): Promise<Result<SyncOutcome, SyncFailure | KeysFailure>> => {
  const told = await registerDevice(deps, api, { ...account, apiKey: account.secrets.api_key });
  if (!told.ok) return told;
  const downloaded = await downloadChanges(deps, api, account.vault);
  if (!downloaded.ok) return downloaded;
  const followed = await followKeyring(deps, api, account, downloaded.value.keyringGeneration);
  if (!followed.ok) return followed;
  const { vault } = followed.value;
  retryQuarantine(deps, vault);
  const deleted = settleDeletions(deps, vault, 0);
  const uploaded = await uploadChanges(deps, api, vault);
  // What conflicts brought belongs to the same run, also where the upload broke off.
  settleDeletions(deps, vault, deleted);
  if (!uploaded.ok) return uploaded;

  return ok({
    uploaded: uploaded.value.uploaded,
    downloaded: downloaded.value.downloaded,
    merged: downloaded.value.merged + uploaded.value.merged,
    quarantined: countQuarantine(deps.database),
    pending: countOutbox(deps.database),
  });
};

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
        : { ...state, last_failure: { at, code: codeOf(outcome.error) } },
    );
  });
};

const codeOf = (failure: SyncNotDone): string => (failure.type === 'Refused' ? failure.code : failure.type);
