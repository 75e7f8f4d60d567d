/**
 * Reads what the other devices have seen, and tells them what this one has (rule E10). Only where something changed:
 * a sync without news stays one request. Nothing here keeps a sync from going on; what could not be asked or stored
 * is due again with the next one.
 *
 *   download ─► compare ─► upload ─► compare, where that was not done ─► store
 *                 └─ does not fit: reconcile, once for the same thing
 */
import { instantOf } from '@mhb/core-domain';
import { DeviceId } from '@mhb/core-domain/sync';
import { write } from '../changes/write.ts';
import type { ChangeFeedDep, ClockDep, DatabaseDep, DeviceIdDep } from '../deps.ts';
import type { Vault } from '../vault/vault.ts';
import {
  type Manifest,
  type Mismatch,
  mismatchesOf,
  openManifest,
  operationsSeenOf,
  sealManifest,
} from './manifest.ts';
import { changeManifestState, type ManifestState, readManifestState } from './manifest-state.ts';
import { beginReconcile } from './reconcile.ts';
import { readCompleteHead, readServiceState } from './service-state.ts';
import type { SyncApi } from './sync-api.ts';

type ManifestDeps = ChangeFeedDep & ClockDep & DatabaseDep & DeviceIdDep;
type Manifests = ReadonlyMap<DeviceId, Manifest>;

/** As many as are remembered of what did not fit. */
const HANDLED_MAX = 100;

/** Whether the others wait to be told what this device has. */
export const isManifestDue = ({ database }: DatabaseDep): boolean =>
  readManifestState(database)?.is_due ?? false;

/** `undefined` where the service was not reached, or is of a version that has none. */
export const readManifests = async (
  deps: ManifestDeps,
  api: SyncApi,
  vault: Vault,
): Promise<Manifests | undefined> => {
  const listed = await api.listDevices();
  if (!listed.ok) {
    const hasNone = listed.error.type === 'Refused' && listed.error.code === 'not_found';
    if (hasNone) setDue(deps, false);
    return undefined;
  }
  const manifests = new Map<DeviceId, Manifest>();
  for (const { device_id, manifest } of listed.value.devices) {
    const deviceId = DeviceId.parse(device_id);
    const opened =
      manifest === null ? undefined : openManifest(vault, deviceId, Buffer.from(manifest, 'base64'));
    if (opened !== undefined) manifests.set(deviceId, opened);
  }
  return manifests;
};

/** Whether somebody has seen more than this device was given; it may be that they wrote a moment ago. */
const isBehind = ({ database }: DatabaseDep, manifests: Manifests): boolean => {
  const head = readCompleteHead(database);
  return head === undefined || [...manifests.values()].some((manifest) => manifest.head > head);
};

/** What the others say of what this device was given. `not seen` where they could not be asked. */
export type View = 'fits' | 'does not fit' | 'not seen';

export interface Looking {
  readonly api: SyncApi;
  readonly vault: Vault;
  /** Everything has just been taken in again: what was missing is said to be there by a later look. */
  readonly isSecond: boolean;
}

/**
 * Looks at the others before the upload: whoever is ahead of this device may have written a moment ago, so it
 * downloads once more before it takes that for something left out.
 */
export const lookBeforeUpload = async (
  deps: ManifestDeps,
  { api, vault, isSecond }: Looking,
  downloadAgain: () => Promise<unknown>,
): Promise<View> => {
  if (!isManifestDue(deps)) return 'not seen';
  const manifests = await readManifests(deps, api, vault);
  if (manifests === undefined) return 'not seen';
  if (isBehind(deps, manifests)) await downloadAgain();
  return compareManifests(deps, vault, { manifests, isHeadCertain: true, isSecond })
    ? 'does not fit'
    : 'fits';
};

/** Tells the others after the upload. It looks at them first, where that was not done: no number must go down. */
export const tellOthers = async (
  deps: ManifestDeps,
  { api, vault, isSecond }: Looking,
  seen: View,
): Promise<View> => {
  if (!isManifestDue(deps)) return seen;
  let isAhead = false;
  if (seen === 'not seen') {
    const manifests = await readManifests(deps, api, vault);
    if (manifests === undefined) return 'not seen';
    // Looked at again with the next sync, which downloads first.
    isAhead = isBehind(deps, manifests);
    if (compareManifests(deps, vault, { manifests, isHeadCertain: false, isSecond })) return 'does not fit';
  }
  await storeManifest(deps, api, vault, isAhead);
  return 'fits';
};

/** What does not fit at this moment, whether it was seen before or not. */
export const presentMismatches = (
  deps: ManifestDeps,
  vault: Vault,
  manifests: Manifests,
): readonly Mismatch[] => {
  const seen = new Map(Object.entries(readManifestState(deps.database)?.seen ?? {}) as [DeviceId, number][]);
  const here = readServiceState(deps.database, vault);
  return mismatchesOf({ deviceId: deps.deviceId, manifests, seen, here });
};

interface Comparison extends Pick<Looking, 'isSecond'> {
  readonly manifests: Manifests;
  /** Whether this device has downloaded since it read them, so that nobody can be ahead of it. */
  readonly isHeadCertain: boolean;
}

/**
 * Takes note of what the others have seen. True where this device must take in everything again: something that it
 * has not met before does not fit, or it was itself restored from a copy and has lost what it did since.
 */
const compareManifests = (
  deps: ManifestDeps,
  vault: Vault,
  { manifests, isHeadCertain, isSecond }: Comparison,
): boolean => {
  const state = readManifestState(deps.database);
  if (state === undefined) return false;
  const present = presentMismatches(deps, vault, manifests);
  const handled = new Set(state.handled);
  const fresh = present.filter(({ what, text }) => (what !== 'head' || isHeadCertain) && !handled.has(text));
  const operations = Math.max(state.operations, operationsSeenOf(deps.deviceId, manifests));
  const isRight = present.length === 0 && readCompleteHead(deps.database) !== undefined && !isSecond;
  const missing_since =
    fresh.length > 0
      ? (state.missing_since ?? instantOf(deps.clock.nowMs()))
      : isRight
        ? null
        : state.missing_since;
  write(deps, (tx) => {
    changeManifestState(tx, () => ({
      operations,
      seen: seenAfter(deps, state, manifests),
      handled: [...state.handled, ...fresh.map(({ text }) => text)].slice(-HANDLED_MAX),
      missing_since,
    }));
  });
  return fresh.length > 0 || operations > state.operations;
};

/** One that is not listed any more is kept, so that it can't be hidden for a while and come back older. */
const seenAfter = (
  { deviceId }: DeviceIdDep,
  { seen }: ManifestState,
  manifests: Manifests,
): ManifestState['seen'] => ({
  ...seen,
  ...Object.fromEntries(
    [...manifests]
      .filter(([other]) => other !== deviceId)
      .map(([other, { operations }]) => [other, Math.max(operations, seen[other] ?? 0)]),
  ),
});

/** Tells the others, where this device knows everything up to a head. */
const storeManifest = async (
  deps: ManifestDeps,
  api: SyncApi,
  vault: Vault,
  staysDue: boolean,
): Promise<void> => {
  const state = readManifestState(deps.database);
  if (state === undefined) return;
  const here = readServiceState(deps.database, vault);
  if (here === undefined) {
    // A version whose hash was never kept: all of it is taken in again with the next sync.
    if (readCompleteHead(deps.database) !== undefined) write(deps, beginReconcile);
    return;
  }
  const { operations, seen } = state;
  const manifest = sealManifest(vault, deps.deviceId, {
    operations,
    seen,
    head: here.head,
    digest: here.digest,
  });
  const stored = await api.updateDevice({ device_id: deps.deviceId, manifest });
  if (stored.ok) setDue(deps, staysDue);
};

const setDue = (deps: ManifestDeps, is_due: boolean): void => {
  write(deps, (tx) => {
    changeManifestState(tx, () => ({ is_due }));
  });
};
