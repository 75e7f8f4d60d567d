/** What a device remembers for its manifest, and of those of the others (rule E10). It belongs to one account. */
import { Instant } from '@mhb/core-domain';
import { DeviceId } from '@mhb/core-domain/sync';
import { AccountId } from '@mhb/core-domain/wire';
import { z } from 'zod';
import { readState, writeState } from '../changes/device-state.ts';
import type { Reader, Transaction } from '../database/sql.ts';
import { readSyncState } from './sync-state.ts';

const ManifestState = z.strictObject({
  account_id: AccountId,
  /** Own batches that the service has taken. */
  operations: z.int().min(0),
  /** The greatest numbers of the others that were seen. */
  seen: z.record(DeviceId, z.int().min(0)),
  /** Something has changed since the manifest was last stored. */
  is_due: z.boolean(),
  /** What did not fit and has been reconciled for, so that it is not done again for the same. */
  handled: z.array(z.string()),
  /** Since when something is missing on the service. */
  missing_since: Instant.nullable(),
});
export type ManifestState = z.infer<typeof ManifestState>;

/** That of the account sync is on for. Turning sync off and on again keeps it, another account begins anew. */
export const readManifestState = (db: Reader): ManifestState | undefined => {
  const account_id = readSyncState(db)?.account_id;
  if (account_id === undefined) return undefined;
  const text = readState(db, 'manifests');
  const stored = text === undefined ? undefined : ManifestState.parse(JSON.parse(text));
  if (stored?.account_id === account_id) return stored;
  return { account_id, operations: 0, seen: {}, is_due: false, handled: [], missing_since: null };
};

export const changeManifestState = (
  tx: Transaction,
  change: (state: ManifestState) => Partial<ManifestState>,
): void => {
  const state = readManifestState(tx);
  if (state === undefined) return;
  writeState(tx, 'manifests', JSON.stringify(ManifestState.parse({ ...state, ...change(state) })));
};
