/** Turning sync on and off, running it, and asking how it stands (rules E5, O9, O10). */
import { err, instantOf, ok, type Result } from '@mhb/core-domain';
import { parseApiKey } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { countOutbox } from '../changes/outbox.ts';
import { countQuarantine } from '../changes/quarantine.ts';
import { countRecords } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import type { SecretsNotWritten } from '../vault/secrets.ts';
import {
  beginAccount,
  type BeginFailure,
  confirmAccount,
  type ConfirmFailure,
  joinAccount,
  type JoinFailure,
} from './enable.ts';
import { readServiceUrl, type UnusableUrl } from './service-url.ts';
import { type SyncNotDone, syncOnce, type SyncOutcome } from './sync-once.ts';
import { clearSyncState, readSyncState } from './sync-state.ts';

export const EnableSync = z.strictObject({
  url: z.string().min(1).max(2_000),
  api_key: z.string().min(1).max(500),
  recovery_phrase: z.string().max(1_000).optional(),
});

export type EnableFailure =
  | BeginFailure
  | JoinFailure
  | UnusableUrl
  | { readonly type: 'InvalidApiKey'; readonly fields: readonly ['api_key'] }
  | { readonly type: 'SyncIsOn' };

/** What happened to the first sync after sync was turned on; it can be repeated with `sync_now`. */
export interface Started {
  readonly device_id: string;
  readonly first_sync: SyncOutcome | null;
  /** Why the first sync did not finish, or null. */
  readonly first_sync_failure: string | null;
}

/**
 * Without a phrase: makes the keys of a new account and shows its recovery phrase, once; sync starts after
 * `confirm_recovery_phrase`. With the phrase of an account that has been set up: joins it and syncs.
 */
export const enableSync = async (
  deps: DeviceDeps,
  input: z.output<typeof EnableSync>,
): Promise<
  Result<
    Started | { readonly recovery_phrase: string; readonly confirm_positions: readonly [number, number] },
    EnableFailure
  >
> => {
  const url = readServiceUrl(input.url);
  if (!url.ok) return url;
  const key = parseApiKey(input.api_key.trim());
  if (key === undefined) return err({ type: 'InvalidApiKey', fields: ['api_key'] });
  if (readSyncState(deps.database)?.confirm_positions === null) return err({ type: 'SyncIsOn' });

  const account = { url: url.value, accountId: key.accountId, apiKey: input.api_key.trim() };
  if (input.recovery_phrase === undefined) return beginAccount(deps, account);
  const joined = await joinAccount(deps, account, input.recovery_phrase);
  return joined.ok ? ok(await firstSync(deps)) : joined;
};

export const ConfirmRecoveryPhrase = z.strictObject({
  /** Position (from 1) to word. */
  words: z.record(
    z.string().regex(/^(?:[1-9]|1[0-2])$/, 'must be a position from 1 to 12'),
    z.string().max(100),
  ),
});

/** Two words of the phrase given back show that it was written down; then sync starts. */
export const confirmRecoveryPhrase = async (
  deps: DeviceDeps,
  { words }: z.output<typeof ConfirmRecoveryPhrase>,
): Promise<Result<Started, ConfirmFailure>> => {
  const confirmed = await confirmAccount(deps, words);
  return confirmed.ok ? ok(await firstSync(deps)) : confirmed;
};

export const SyncNow = z.strictObject({});

export const syncNow = (deps: DeviceDeps): Promise<Result<SyncOutcome, SyncNotDone>> => syncOnce(deps);

export const GetSyncStatus = z.strictObject({});

export interface SyncStatus {
  readonly enabled: boolean;
  readonly phase: 'off' | 'waiting for the recovery phrase' | 'on';
  readonly url: string | null;
  readonly account_id: string | null;
  readonly device_id: string;
  readonly records: number;
  /** Changes that the service has not acknowledged; counted with sync off too. */
  readonly pending: number;
  readonly quarantined: number;
  readonly last_success_at: string | null;
  readonly last_failure: { readonly at: string; readonly code: string } | null;
  readonly secrets_kept_in: 'key chain' | 'file';
  readonly now: string;
}

export const getSyncStatus = (deps: DeviceDeps): Result<SyncStatus, never> => {
  const state = readSyncState(deps.database);
  const phase =
    state === undefined ? 'off' : state.confirm_positions === null ? 'on' : 'waiting for the recovery phrase';
  return ok({
    enabled: phase === 'on',
    phase,
    url: state?.url ?? null,
    account_id: state?.account_id ?? null,
    device_id: deps.deviceId,
    records: countRecords(deps.database),
    pending: countOutbox(deps.database),
    quarantined: countQuarantine(deps.database),
    last_success_at: state?.last_success_at ?? null,
    last_failure: state?.last_failure ?? null,
    secrets_kept_in: deps.secrets.where,
    now: instantOf(deps.clock.nowMs()),
  });
};

export type DisableFailure = SecretsNotWritten;

export const DisableSync = z.strictObject({});

/** Stops syncing and forgets the keys. The entries stay on this device, and their sealed copies on the service. */
export const disableSync = (
  deps: DeviceDeps,
): Result<
  { readonly kept_on_this_device: number; readonly kept_on_the_service: boolean },
  DisableFailure
> => {
  const wasOn = readSyncState(deps.database)?.confirm_positions === null;
  const cleared = deps.secrets.clear();
  if (!cleared.ok) return cleared;
  write(deps, clearSyncState);
  return ok({ kept_on_this_device: countRecords(deps.database), kept_on_the_service: wasOn });
};

const firstSync = async (deps: DeviceDeps): Promise<Started> => {
  const outcome = await syncOnce(deps);
  return {
    device_id: deps.deviceId,
    first_sync: outcome.ok ? outcome.value : null,
    first_sync_failure: outcome.ok
      ? null
      : outcome.error.type === 'Refused'
        ? outcome.error.code
        : outcome.error.type,
  };
};
