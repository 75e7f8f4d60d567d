/**
 * One whole sync: what others wrote comes in, what was written here goes out. Safe to interrupt anywhere; the next
 * one goes on where this one stopped.
 */
import { err, instantOf, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { countOutbox } from '../changes/outbox.ts';
import { countQuarantine } from '../changes/quarantine.ts';
import { write } from '../changes/write.ts';
import { errorCodes } from '@mhb/core-domain/wire';
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
import { beginReconcile } from './reconcile.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';
import { readSyncState, writeSyncState } from './sync-state.ts';
import { uploadChanges } from './upload.ts';
import type { SyncSecrets } from '../vault/secrets.ts';

export const SyncOutcome = z
  .strictObject({
    uploaded: Count.describe('Changes that the service took.'),
    downloaded: Count.describe('Records that were new or newer than what was held.'),
    merged: Count.describe('Records that both sides had written.'),
    quarantined: Count.describe('Records that can’t be used yet; they are tried again with every sync.'),
    pending: Count.describe('Changes that the service has not acknowledged.'),
  })
  .readonly();
export type SyncOutcome = z.infer<typeof SyncOutcome>;

export type SyncNotDone =
  | SyncFailure
  | KeysFailure
  | { readonly type: 'SyncIsOff' }
  | { readonly type: 'RecoveryPhraseNotConfirmed' };

/** Everyone who wants a sync comes through here (rule O6). */
export const syncOnce = (deps: DeviceDeps): Promise<Result<SyncOutcome, SyncNotDone>> =>
  deps.syncDoor.pass((signal) => syncUnlessEnded(deps, signal));

const syncUnlessEnded = async (
  deps: DeviceDeps,
  signal: AbortSignal,
): Promise<Result<SyncOutcome, SyncNotDone>> => {
  const state = readSyncState(deps.database);
  if (state === undefined) return err({ type: 'SyncIsOff' });
  if (state.confirm_positions !== null) return err({ type: 'RecoveryPhraseNotConfirmed' });
  const outcome = await run(deps, signal);
  // The account it was about is no longer this device's.
  if (signal.aborted) return err({ type: 'SyncIsOff' });
  remember(deps, outcome);
  return outcome;
};

const run = async (deps: DeviceDeps, signal: AbortSignal): Promise<Result<SyncOutcome, SyncNotDone>> => {
  const state = readSyncState(deps.database);
  if (state === undefined) return err({ type: 'SyncIsOff' });
  const secrets = readSecrets(deps, state);
  if (!secrets.ok) return secrets;
  const vault = await openAccountVault(deps, state, secrets.value);
  if (!vault.ok) return vault;
  const api = deps.connect({ url: state.url, apiKey: secrets.value.api_key, signal });
  const account = { state, secrets: secrets.value, vault: vault.value };
  forgetPhrase(deps, secrets.value);

  const first = await exchange(deps, api, account);
  if (first.ok || !isOtherHistory(first.error)) return first;
  // A history that is not the one this device knew is taken in whole, once.
  write(deps, beginReconcile);
  return exchange(deps, api, account);
};

const exchange = async (
  deps: DeviceDeps,
  api: SyncApi,
  account: KnownAccount,
): Promise<Result<SyncOutcome, SyncFailure | KeysFailure>> => {
  retryQuarantine(deps, account.vault);
  const downloaded = await downloadChanges(deps, api, account.vault);
  if (!downloaded.ok) return downloaded;
  const followed = await followKeyring(deps, api, account, downloaded.value.keyringGeneration);
  if (!followed.ok) return followed;
  const { vault } = followed.value;
  if (vault !== account.vault) retryQuarantine(deps, vault);
  const uploaded = await uploadChanges(deps, api, vault);
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

const isOtherHistory = (failure: SyncFailure | KeysFailure): boolean =>
  failure.type === 'Refused' && errorCodes[failure.code].action === 'reconcile';

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
