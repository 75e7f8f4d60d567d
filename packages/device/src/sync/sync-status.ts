/** How sync stands, told as it is (rule O9). */
import { Instant, instantOf, ok, type Result } from '@mhb/core-domain';
import { DeviceId } from '@mhb/core-domain/sync';
import { AccountId } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { readState } from '../changes/device-state.ts';
import { countAsked } from '../changes/held-deletions.ts';
import { countMergeLedger } from '../changes/merge-ledger.ts';
import { countOutbox } from '../changes/outbox.ts';
import { countQuarantine } from '../changes/quarantine.ts';
import { countRecords } from '../changes/records.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { readKeyChange } from './key-change.ts';
import { readManifestState } from './manifest-state.ts';
import { readSealingAnew } from './sealing-anew-state.ts';
import { failureSentence, turnAfter, turns } from './failure-facts.ts';
import { readFirstDownload, readSyncState, type SyncState } from './sync-state.ts';

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
    quarantined: Count.describe(
      'Records that can’t be used yet; they are tried again after a change of keys or app.',
    ),
    entries_missing_since: Instant.nullable().describe(
      'Since when the service gives less than this device or another one has seen there; null where nothing is ' +
        'missing. This device has sent it all it has. verify_sync compares again.',
    ),
    held_deletions: Count.describe(
      'Deletions that wait for a yes or no, because they are many: list_held_deletions shows them.',
    ),
    merge_ledger: Count.describe(
      'Values that merges on this device let go of and nobody brought back: list_merge_ledger shows them.',
    ),
    first_download: z
      .strictObject({ done: Count, total: Count })
      .readonly()
      .nullable()
      .describe('How many records have come, of how many, while all are downloaded; null otherwise.'),
    device_id_shared: z
      .boolean()
      .describe('Whether another device bears the id of this one, because its data folder was copied.'),
    last_success_at: Instant.nullable(),
    last_failure: z
      .strictObject({
        at: Instant,
        code: z.string(),
        message: z.string().describe('Why, in one sentence for a person.'),
        turn: z
          .enum(turns)
          .describe('Whose turn it is: nobody’s, for it passes by itself; this device’s; or the person’s.'),
      })
      .readonly()
      .nullable()
      .describe('How the last sync ended; null where it succeeded.'),
    key_change: z
      .strictObject({
        phase: z
          .enum(['waiting for the recovery phrase', 'storing the new keys', 'sealing anew'])
          .describe(
            'What replace_recovery_phrase or change_keys has come to; sync_now goes on with the last two.',
          ),
        sealed_anew: Count.describe('How many records this device has sealed with the new keys.'),
      })
      .readonly()
      .nullable()
      .describe('Null where no keys are being changed.'),
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
    held_deletions: countAsked(deps.database),
    merge_ledger: countMergeLedger(deps.database),
    first_download: readFirstDownload(deps.database) ?? null,
    device_id_shared: readState(deps.database, 'device_id_shared') !== undefined,
    entries_missing_since: readManifestState(deps.database)?.missing_since ?? null,
    last_success_at: state?.last_success_at ?? null,
    last_failure: lastFailureOf(state),
    key_change: keyChangeOf(deps),
    secrets_kept_in: deps.secrets.where,
    now: instantOf(deps.clock.nowMs()),
  });
};

const lastFailureOf = (state: SyncState | undefined): z.infer<typeof SyncStatus>['last_failure'] => {
  if (state?.last_failure == null) return null;
  const { at, code } = state.last_failure;
  return { at, code, message: failureSentence(code), turn: turnAfter(code) };
};

const keyChangeOf = ({ database }: DatabaseDep): z.infer<typeof SyncStatus>['key_change'] => {
  const change = readKeyChange(database);
  const walk = readSealingAnew(database);
  const sealed_anew = walk?.sealed_anew ?? 0;
  if (change?.is_confirmed === true) return { phase: 'storing the new keys', sealed_anew };
  if (change !== undefined) return { phase: 'waiting for the recovery phrase', sealed_anew };
  return walk === undefined ? null : { phase: 'sealing anew', sealed_anew };
};
