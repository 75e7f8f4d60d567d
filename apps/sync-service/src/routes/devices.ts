/** The devices of an account: which there are, what their person calls them, and the end of one (rules D8, E7). */
import {
  DeviceList,
  DeviceRevocation,
  DeviceRevoked,
  DeviceUpdate,
  DeviceUpdated,
  limits,
} from '@mhb/core-domain/wire';
import { isKeyLiving, lockAccount } from '../accounts/accounts-repository.ts';
import { authenticate, type AuthenticateDeps, type Caller } from '../http/authenticate.ts';
import type { Transaction } from '../database/database.ts';
import {
  countDevices,
  forgetDevicesWithoutKey,
  hasDevice,
  listDevices,
  nameDevice,
  revokeDevice,
  upsertDevice,
} from '../accounts/devices-repository.ts';
import { deleteMailboxes } from '../accounts/mailboxes-repository.ts';
import type { HeadsDep } from '../events/head-streams.ts';
import { Refusal } from '../http/problem.ts';
import type { App } from './route.ts';

const PATH = '/v1/devices';

export const deviceRoutes = (app: App, deps: AuthenticateDeps & HeadsDep): void => {
  app.get(PATH, { schema: { response: { 200: DeviceList } } }, async (request) => {
    const caller = await authenticate(deps, request, 'sync');
    const devices = await deps.database.transaction('snapshot', (tx) => listDevices(tx, caller));
    return {
      devices: devices.map(({ name, manifest, ...device }) => ({
        ...device,
        name: name?.toString('base64') ?? null,
        manifest: manifest?.toString('base64') ?? null,
      })),
    };
  });

  app.patch(
    PATH,
    {
      config: { refusals: ['not_found', 'too_many_devices'] },
      schema: { body: DeviceUpdate, response: { 200: DeviceUpdated } },
    },
    async (request) => {
      const caller = await authenticate(deps, request, 'sync');
      await deps.database.transaction('read committed', async (tx) => {
        await lockFor(tx, caller);
        await updateDevice(tx, caller, request.body);
      });
      return { device_id: request.body.device_id };
    },
  );

  // The account's lock is what makes the answer final: an upload holds it from its check to its commit.
  app.delete(
    PATH,
    {
      config: { refusals: ['not_found'] },
      schema: { body: DeviceRevocation, response: { 200: DeviceRevoked } },
    },
    async (request) => {
      const caller = await authenticate(deps, request, 'account');
      const { accountId } = caller;
      const revoked_keys = await deps.database.transaction('read committed', async (tx) => {
        await lockFor(tx, caller);
        const revoked = await revokeDevice(tx, { accountId, deviceId: request.body.device_id });
        await forgetDevicesWithoutKey(tx, accountId);
        // The device may have left one for itself.
        await deleteMailboxes(tx, accountId);
        return revoked;
      });
      // Ends the streams of what was revoked.
      deps.heads.changed(accountId);
      if (revoked_keys === undefined) throw new Refusal('not_found');
      return { revoked_keys };
    },
  );
};

/** Behind the lock a key that was revoked meanwhile counts no more (rule D2). */
const lockFor = async (tx: Transaction, { accountId, keyId }: Caller): Promise<void> => {
  await lockAccount(tx, accountId);
  if (!(await isKeyLiving(tx, accountId, keyId))) throw new Refusal('unauthorized');
};

const updateDevice = async (
  tx: Transaction,
  { accountId, keyId }: Caller,
  { device_id: deviceId, named_device_id: named = deviceId, ...given }: DeviceUpdate,
): Promise<void> => {
  const isOther = named !== deviceId;
  if (isOther && given.manifest !== undefined) throw new Refusal('invalid_request', ['manifest']);
  const asking = { accountId, deviceId };
  const isFull = !(await hasDevice(tx, asking)) && (await countDevices(tx, accountId)) >= limits.DEVICES_MAX;
  if (isFull) throw new Refusal('too_many_devices');
  const [name, manifest] = [bytesOf(given.name), bytesOf(given.manifest)];
  await upsertDevice(tx, asking, { keyId, name: isOther ? undefined : name, manifest });
  if (!isOther) return;
  const other = { accountId, deviceId: named };
  if (!(await hasDevice(tx, other))) throw new Refusal('not_found');
  if (name !== undefined) await nameDevice(tx, other, name);
};

const bytesOf = (text: string | undefined): Buffer | undefined =>
  text === undefined ? undefined : Buffer.from(text, 'base64');
