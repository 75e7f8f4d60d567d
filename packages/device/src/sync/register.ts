/**
 * Tells the service of this device, so that its person finds it in the list of every other one and can revoke it
 * there (rule E7). Once per API key and day; in between it costs nothing.
 */
import { instantOf, ok, type Result } from '@mhb/core-domain';
import { parseApiKey } from '@mhb/core-domain/wire';
import { readState, writeState } from '../changes/device-state.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import type { Sealed } from '../vault/seal.ts';
import type { Vault } from '../vault/vault.ts';
import { cleanDeviceName, sealDeviceName } from './device-name.ts';
import { isRefusedAs } from './refused.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';

type RegisterDeps = Pick<DeviceDeps, 'changeFeed' | 'clock' | 'database' | 'deviceId' | 'deviceName'>;

/** Only a failure that the whole sync would meet too stops it; a service of an earlier version has no such list. */
export const registerDevice = async (
  deps: RegisterDeps,
  api: SyncApi,
  { vault, apiKey }: { readonly vault: Vault; readonly apiKey: string },
): Promise<Result<void, SyncFailure>> => {
  const keyId = parseApiKey(apiKey)?.keyId ?? '';
  const registered = readState(deps.database, 'registered') ?? '';
  const now = `${keyId} ${instantOf(deps.clock.nowMs()).slice(0, 10)}`;
  if (registered === now) return ok(undefined);

  // With the same key there is a name already, and somebody may have changed it.
  const name = registered.startsWith(`${keyId} `) ? undefined : defaultName(deps, vault);
  const told = await api.updateDevice({ device_id: deps.deviceId, ...(name === undefined ? {} : { name }) });
  if (told.ok || isRefusedAs(told.error, 'not_found')) {
    write(deps, (tx) => {
      writeState(tx, 'registered', now);
    });
    return ok(undefined);
  }
  const isOfTheList = isRefusedAs(told.error, 'too_many_devices');
  return isOfTheList ? ok(undefined) : told;
};

const defaultName = ({ deviceName, deviceId }: RegisterDeps, vault: Vault): Sealed | undefined => {
  const name = cleanDeviceName(deviceName?.() ?? '');
  return name === '' ? undefined : sealDeviceName(vault, deviceId, name);
};
