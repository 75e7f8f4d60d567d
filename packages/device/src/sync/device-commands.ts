/** The devices of an account: letting one in, seeing which there are, naming and revoking one (rules E6, E7). */
import { err, Instant, ok, type Result } from '@mhb/core-domain';
import { DeviceId } from '@mhb/core-domain/sync';
import { DeviceSummary, parseApiKey } from '@mhb/core-domain/wire';
import { z } from 'zod';
import type { DeviceDeps } from '../deps.ts';
import type { Vault } from '../vault/vault.ts';
import type { KeysFailure } from './account-keys.ts';
import {
  cleanDeviceName,
  DEVICE_NAME_CHARACTERS_MAX,
  openDeviceName,
  sealDeviceName,
} from './device-name.ts';
import { openAccount, type SyncNotOn } from './open-account.ts';
import { leavePairingMessage, type LinkFailure } from './pairing.ts';
import { isRefusedAs } from './refused.ts';
import type { SyncApi, SyncFailure } from './sync-api.ts';

export const CreatePairingLink = z.strictObject({});

export const PairingLinkMade = z
  .strictObject({
    pairing_link: z
      .string()
      .describe(
        'For enable_sync on the new device. Whoever uses it first can read everything; give it to nobody else.',
      ),
    expires_at: Instant.describe('By this device’s clock.'),
  })
  .readonly();

export const createPairingLink = (
  deps: DeviceDeps,
): Promise<Result<z.infer<typeof PairingLinkMade>, LinkFailure>> => leavePairingMessage(deps);

export const ListDevices = z.strictObject({});

export const ListedDevice = z
  .strictObject({
    device_id: DeviceId,
    name: z.string().nullable(),
    is_this: z.boolean().describe('The device that was asked.'),
    last_seen_on: DeviceSummary.shape.last_seen_on.describe(
      'The last day it synced, by the clock of the service.',
    ),
    can_be_revoked: z
      .boolean()
      .describe('False for this device, and for one that uses the same API key as this one.'),
  })
  .readonly();
export type ListedDevice = z.infer<typeof ListedDevice>;
export const ListedDevices = z.array(ListedDevice).readonly();

export type DevicesFailure = SyncFailure | KeysFailure | SyncNotOn;

interface NoSuchDevice {
  readonly type: 'NoSuchDevice';
  readonly fields: readonly ['device_id'];
}
const noSuchDevice: NoSuchDevice = { type: 'NoSuchDevice', fields: ['device_id'] };

export const listDevices = async (
  deps: DeviceDeps,
): Promise<Result<readonly ListedDevice[], DevicesFailure>> => {
  const asked = await askForDevices(deps);
  return asked.ok ? ok(asked.value.devices) : asked;
};

const device_id = DeviceId.describe('Which device, as list_devices names it.');

export const RenameDevice = z.strictObject({
  device_id,
  name: z
    .string()
    .max(1_000)
    .refine((text) => cleanDeviceName(text) !== '', 'must not be empty')
    .refine(
      (text) => cleanDeviceName(text) === text.normalize('NFC').trim(),
      'must be one line of at most 60',
    )
    .describe(`What it is called from now on, at most ${String(DEVICE_NAME_CHARACTERS_MAX)} characters.`),
});

export const renameDevice = async (
  deps: DeviceDeps,
  input: z.output<typeof RenameDevice>,
): Promise<Result<ListedDevice, DevicesFailure | NoSuchDevice>> => {
  const asked = await askForDevices(deps);
  if (!asked.ok) return asked;
  const device = asked.value.devices.find((each) => each.device_id === input.device_id);
  if (device === undefined) return err(noSuchDevice);
  const name = cleanDeviceName(input.name);
  const named = await asked.value.api.updateDevice({
    device_id: deps.deviceId,
    ...(device.is_this ? {} : { named_device_id: device.device_id }),
    name: sealDeviceName(asked.value.vault, device.device_id, name),
  });
  if (!named.ok) return isRefusedAs(named.error, 'not_found') ? err(noSuchDevice) : named;
  return ok({ ...device, name });
};

export const RevokeDevice = z.strictObject({ device_id });

export const DeviceRevoked = z
  .strictObject({
    device_id: DeviceId,
    name: z.string().nullable(),
    note: z.string().describe('What revoking did and what it did not, for a person.'),
  })
  .readonly();

const NOTE =
  'It can no longer read from the service or write to it. What it already had, it keeps, and it knows the keys: ' +
  'after a theft, change the keys too.';

/** After the answer nothing that the device sends is stored. */
export const revokeDevice = async (
  deps: DeviceDeps,
  input: z.output<typeof RevokeDevice>,
): Promise<
  Result<
    z.infer<typeof DeviceRevoked>,
    DevicesFailure | NoSuchDevice | { readonly type: 'IsThisDevice' } | { readonly type: 'SharesApiKey' }
  >
> => {
  if (input.device_id === deps.deviceId) return err({ type: 'IsThisDevice' });
  const asked = await askForDevices(deps);
  if (!asked.ok) return asked;
  const device = asked.value.devices.find((each) => each.device_id === input.device_id);
  if (device === undefined) return err(noSuchDevice);
  if (!device.can_be_revoked) return err({ type: 'SharesApiKey' });
  const revoked = await asked.value.api.revokeDevice(device.device_id);
  // Whoever else revoked it meanwhile has done the same.
  if (!revoked.ok && !isRefusedAs(revoked.error, 'not_found')) return revoked;
  return ok({ device_id: device.device_id, name: device.name, note: NOTE });
};

interface Asked {
  readonly api: SyncApi;
  readonly vault: Vault;
  readonly devices: readonly ListedDevice[];
}

const askForDevices = async (deps: DeviceDeps): Promise<Result<Asked, DevicesFailure>> => {
  const account = await openAccount(deps);
  if (!account.ok) return account;
  const { api, secrets, vault } = account.value;
  const listed = await api.listDevices();
  if (!listed.ok) return isRefusedAs(listed.error, 'not_found') ? err({ type: 'ServiceTooOld' }) : listed;
  const ownKey = parseApiKey(secrets.api_key)?.keyId;
  const shown = ({ device_id: id, key_id, name, last_seen_on }: DeviceSummary): ListedDevice => ({
    device_id: DeviceId.parse(id),
    name: openDeviceName(vault, id, name),
    is_this: id === deps.deviceId,
    last_seen_on,
    can_be_revoked: id !== deps.deviceId && key_id !== ownKey,
  });
  return ok({ api, vault, devices: listed.value.devices.map(shown) });
};
