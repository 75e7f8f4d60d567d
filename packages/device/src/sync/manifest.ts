/**
 * What a device has seen of the account, sealed and kept on the service for the others (rule E10), and what the
 * manifests of all devices say together. A service that leaves something out shows each device a state that is right
 * in itself; only side by side do they not fit.
 */
import { canonicalJson, DeviceId } from '@mhb/core-domain/sync';
import { z } from 'zod';
import type { Sealed } from '../vault/seal.ts';
import type { Vault } from '../vault/vault.ts';
import type { ServiceState } from './service-state.ts';

const count = z.int().min(0);

// Strict: one of a later version is not judged here.
const Manifest = z.strictObject({
  v: z.literal(1),
  /** Own batches that the service has taken. It never goes down. */
  operations: count,
  /** The greatest numbers of the others that this device has seen. */
  seen: z.record(DeviceId, count),
  /** Up to where it knew everything, and the digest of all that was there. */
  head: count,
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Manifest = z.infer<typeof Manifest>;

export const sealManifest = (vault: Vault, deviceId: DeviceId, manifest: Omit<Manifest, 'v'>): Sealed =>
  vault.sealManifest(deviceId, canonicalJson({ v: 1, ...manifest }));

/** `undefined` for one that is sealed with other keys, or not made for this device, or newer than this app. */
export const openManifest = (vault: Vault, deviceId: DeviceId, sealed: Uint8Array): Manifest | undefined => {
  const opened = vault.openManifest(deviceId, sealed);
  return opened.ok ? Manifest.safeParse(opened.value).data : undefined;
};

/** One thing that does not fit; its text is the same as long as it is the same thing. */
export interface Mismatch {
  readonly what: 'count' | 'head' | 'digest';
  readonly text: string;
}

/**
 * Everything that does not fit. `manifests` has the device's own too, `seen` what it has seen of the others before. A
 * digest of its own may be from when something was kept from it, and only speaks to the others.
 */
export const mismatchesOf = ({
  deviceId: self,
  manifests,
  seen,
  here,
}: {
  readonly deviceId: DeviceId;
  readonly manifests: ReadonlyMap<DeviceId, Manifest>;
  readonly seen: ReadonlyMap<DeviceId, number>;
  readonly here: ServiceState | undefined;
}): readonly Mismatch[] => {
  const claims = [seen, ...[...manifests.values()].map((manifest) => seenIn(manifest))];
  return [...manifests].flatMap(([deviceId, { operations, head, digest }]) => {
    const claimed = Math.max(0, ...claims.map((claim) => claim.get(deviceId) ?? 0));
    const found: Mismatch[] = [];
    const note = (what: Mismatch['what'], ...facts: readonly (string | number)[]): void => {
      found.push({ what, text: [what, deviceId, ...facts].join(' ') });
    };
    if (operations < claimed) note('count', operations, claimed);
    if (here !== undefined && head > here.head) note('head', head);
    if (deviceId !== self && here?.head === head && here.digest !== digest) note('digest', head, digest);
    return found;
  });
};

/** The greatest number of this device that anybody has seen: greater than its own where it was restored from a copy. */
export const operationsSeenOf = (deviceId: DeviceId, manifests: ReadonlyMap<DeviceId, Manifest>): number =>
  Math.max(
    manifests.get(deviceId)?.operations ?? 0,
    ...[...manifests.values()].map((manifest) => seenIn(manifest).get(deviceId) ?? 0),
  );

const seenIn = ({ seen }: Manifest): ReadonlyMap<DeviceId, number> =>
  new Map(Object.entries(seen) as [DeviceId, number][]);
