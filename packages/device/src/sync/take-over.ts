/**
 * Makes this device the only one that the service listens to (rule E7): it gets a new API key, and every other key of
 * the account is revoked, the one it had too. From then on nobody stores anything under the old keys.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import type { ApiKeyList, KeyId } from '@mhb/core-domain/wire';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import type { SecretsNotWritten, SecretsUnreadable, SyncSecrets } from '../vault/secrets.ts';
import { type KeyChange, writeKeyChange } from './key-change.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';

/** Each round is one key that somebody made meanwhile; more is somebody who makes them faster than we revoke. */
const ROUNDS_MAX = 20;

type NotTakenOver = SyncFailure | SecretsUnreadable | SecretsNotWritten;

/** Can be repeated. Of two devices that do this at once one is refused, since a revoked key revokes nothing. */
export const takeOverAccount = async (
  deps: DeviceDeps,
  {
    url,
    secrets,
    change,
  }: { readonly url: string; readonly secrets: SyncSecrets; readonly change: KeyChange },
): Promise<Result<{ readonly api: SyncApi; readonly secrets: SyncSecrets }, NotTakenOver>> => {
  const present = deps.connect({ url, apiKey: secrets.api_key });
  // The others go first, so that an account that has as many keys as it may has room for the new one.
  const alone = await revokeOthers(present);
  if (!alone.ok) return alone;
  if (change.is_own_key_new) return ok({ api: present, secrets });

  const made = await present.createKey({ label: alone.value });
  if (!made.ok) return made;
  const renewed = { ...secrets, api_key: made.value.api_key };
  // Kept before the old one is revoked: a device is never left without a key that is valid.
  const kept = deps.secrets.write(renewed);
  if (!kept.ok) return kept;
  write(deps, (tx) => {
    writeKeyChange(tx, { ...change, is_own_key_new: true });
  });
  const api = deps.connect({ url, apiKey: renewed.api_key });
  const revoked = await revokeOthers(api);
  return revoked.ok ? ok({ api, secrets: renewed }) : revoked;
};

/** Looked at again after revoking: a key may have been made in between. Answers what the own key is called. */
const revokeOthers = async (api: SyncApi): Promise<Result<string, SyncFailure>> => {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const listed = await api.listKeys();
    if (!listed.ok) return listed;
    const others = livingOthers(listed.value);
    if (others.length === 0) return ok(listed.value.keys.find(({ is_this }) => is_this)?.label ?? 'device');
    for (const keyId of others) {
      const revoked = await api.revokeKey(keyId);
      if (!revoked.ok) return revoked;
    }
  }
  return err({ type: 'ServiceMisbehaved' });
};

const livingOthers = ({ keys }: ApiKeyList): readonly KeyId[] =>
  keys.filter(({ is_this, revoked_on }) => !is_this && revoked_on === null).map(({ key_id }) => key_id);
