/** Turning sync on and off, running it, and asking how it stands (rules E5, O9, O10). */
import { err, Instant, instantOf, ok, type Result } from '@mhb/core-domain';
import { DeviceId } from '@mhb/core-domain/sync';
import { AccountId, parseApiKey } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { countOutbox } from '../changes/outbox.ts';
import { countQuarantine } from '../changes/quarantine.ts';
import { countRecords } from '../changes/records.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
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
import { type SyncNotDone, syncOnce, SyncOutcome } from './sync-once.ts';
import { clearSyncState, readSyncState } from './sync-state.ts';

export const EnableSync = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(2_000)
    .describe('The address of the service: https://sync.example.org, or http:// on this computer.'),
  api_key: z
    .string()
    .min(1)
    .max(500)
    .describe('The whole text that begins with mhb_, as the service gave it.'),
  recovery_phrase: z
    .string()
    .max(1_000)
    .optional()
    .describe(
      'The twelve words of an account that has been set up. Without them a new account gets its own.',
    ),
});

export type EnableFailure =
  | BeginFailure
  | JoinFailure
  | UnusableUrl
  | { readonly type: 'InvalidApiKey'; readonly fields: readonly ['api_key'] }
  | { readonly type: 'SyncIsOn' };

/** What happened to the first sync after sync was turned on; it can be repeated with `sync_now`. */
export const Started = z
  .strictObject({
    device_id: DeviceId,
    first_sync: SyncOutcome.nullable(),
    first_sync_failure: z
      .string()
      .nullable()
      .describe('Why the first sync did not finish, or null; sync_now tries again.'),
  })
  .readonly();
type Started = z.infer<typeof Started>;

const position = z.int().min(1).max(12);

const Begun = z
  .strictObject({
    recovery_phrase: z
      .string()
      .describe('Twelve words to write down. They are shown once and open the account on other devices.'),
    confirm_positions: z
      .tuple([position, position])
      .readonly()
      .describe('Which words confirm_recovery_phrase is to be given, counted from 1.'),
  })
  .readonly();

export const SyncEnabled = z.union([Begun, Started]);

/**
 * Without a phrase: makes the keys of a new account and shows its recovery phrase, once; sync starts after
 * `confirm_recovery_phrase`. With the phrase of an account that has been set up: joins it and syncs.
 */
export const enableSync = async (
  deps: DeviceDeps,
  input: z.output<typeof EnableSync>,
): Promise<Result<z.infer<typeof SyncEnabled>, EnableFailure>> => {
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
  words: z
    .record(z.string().regex(/^(?:[1-9]|1[0-2])$/, 'must be a position from 1 to 12'), z.string().max(100))
    .describe('Position in the phrase, counted from 1, to the word there: {"3": "…", "9": "…"}.'),
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

export const SyncStatus = z
  .strictObject({
    enabled: z.boolean(),
    phase: z.enum(['off', 'waiting for the recovery phrase', 'on']),
    url: z.string().nullable(),
    account_id: AccountId.nullable(),
    device_id: DeviceId,
    records: Count.describe('Records on this device, deleted ones too.'),
    pending: Count.describe('Changes that the service has not acknowledged; counted with sync off too.'),
    quarantined: Count.describe('Records that can’t be used yet; they are tried again with every sync.'),
    last_success_at: Instant.nullable(),
    last_failure: z.strictObject({ at: Instant, code: z.string() }).readonly().nullable(),
    secrets_kept_in: z.enum(['key chain', 'file']),
    now: Instant,
  })
  .readonly();

export const getSyncStatus = (deps: DeviceDeps): Result<z.infer<typeof SyncStatus>, never> => {
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

export const SyncDisabled = z
  .strictObject({
    kept_on_this_device: Count.describe('How many records stay here.'),
    kept_on_the_service: z.boolean().describe('Whether their sealed copies stay on the service.'),
  })
  .readonly();

/** Stops syncing and forgets the keys. The entries stay on this device, and their sealed copies on the service. */
export const disableSync = (deps: DeviceDeps): Result<z.infer<typeof SyncDisabled>, DisableFailure> => {
  const wasOn = readSyncState(deps.database)?.confirm_positions === null;
  const cleared = deps.secrets.clear();
  if (!cleared.ok) return cleared;
  deps.syncDoor.end();
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
