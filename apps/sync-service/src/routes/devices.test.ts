/** The devices of an account: each tells of itself, one may name another, and one that is revoked is out at once. */
import { type ApiKeyCreated, type DeviceList, type DeviceRevoked, limits } from '@mhb/core-domain/wire';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accountOf,
  newChange,
  openTestService,
  sealedText,
  type TestAccount,
  type TestService,
} from '../testing.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const PATH = '/v1/devices';
type Key = Omit<TestAccount, 'accountId'>;

const newDeviceId = (): string => randomBytes(8).toString('hex');
const list = async ({ ask }: Key) => (await ask<DeviceList>('GET', PATH)).body.devices;
const tell = ({ ask }: Key, update: object) => ask('PATCH', PATH, update);
const revoke = ({ ask }: Key, device_id: string) => ask<DeviceRevoked>('DELETE', PATH, { device_id });

/** One more key of the account, as the device that a pairing link let in has it. */
const anotherKey = async ({ ask }: Key): Promise<Key> => {
  const { body } = await ask<ApiKeyCreated>('POST', '/v1/auth/api-keys', { label: 'device' });
  return accountOf(service.app, body.key_id, body.api_key);
};

/** Two devices of one account, each with its key. */
const twoDevices = async () => {
  const account = await service.newAccount();
  const [a, b] = [account, await anotherKey(account)];
  const [deviceA, deviceB] = [newDeviceId(), newDeviceId()];
  for (const [key, device_id] of [
    [a, deviceA],
    [b, deviceB],
  ] as const) {
    expect((await tell(key, { device_id })).status).toBe(200);
  }
  return { accountId: account.accountId, a, b, deviceA, deviceB };
};

test('[E7] a device is listed once it has told of itself, with what it gave, in order of id', async () => {
  const account = await service.newAccount();
  expect(await list(account)).toEqual([]);
  const second = await anotherKey(account);
  const [name, manifest] = [sealedText(), sealedText()];
  await tell(second, { device_id: 'ff'.repeat(8), manifest });
  await tell(account, { device_id: '00'.repeat(8), name });
  const last_seen_on: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
  const [mine, other] = [
    { device_id: '00'.repeat(8), key_id: account.keyId, name, manifest: null, last_seen_on },
    { device_id: 'ff'.repeat(8), key_id: second.keyId, name: null, manifest, last_seen_on },
  ];
  expect(await list(account)).toEqual([
    { ...mine, is_this: true },
    { ...other, is_this: false },
  ]);
  expect((await list(second)).map(({ is_this }) => is_this)).toEqual([false, true]);
});

test('[E7] what a device does not give again stays as it was', async () => {
  const account = await service.newAccount();
  const device_id = newDeviceId();
  const [name, manifest, later] = [sealedText(), sealedText(), sealedText()];
  await tell(account, { device_id, name });
  await tell(account, { device_id, manifest });
  await tell(account, { device_id });
  expect(await list(account)).toMatchObject([{ name, manifest }]);
  await tell(account, { device_id, name: later });
  expect(await list(account)).toMatchObject([{ name: later, manifest }]);
});

test('[E7] another known device can be named, and nothing else can be said of it', async () => {
  const { a, b, deviceA, deviceB } = await twoDevices();
  const [name, manifest] = [sealedText(), sealedText()];
  expect((await tell(a, { device_id: deviceA, named_device_id: deviceB, name })).status).toBe(200);
  expect(await tell(a, { device_id: deviceA, named_device_id: deviceB, name, manifest })).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', fields: ['manifest'] },
  });
  const named = (await list(b)).find(({ is_this }) => is_this);
  expect(named).toMatchObject({ device_id: deviceB, name, manifest: null, key_id: b.keyId });
  expect((await list(a)).find(({ is_this }) => is_this)).toMatchObject({ name: null });
});

test('[E7] a device that is not known is not found, and nothing is kept of the request', async () => {
  const account = await service.newAccount();
  const update = { device_id: newDeviceId(), named_device_id: newDeviceId(), name: sealedText() };
  expect(await tell(account, update)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await list(account)).toEqual([]);
});

test('[E7] accounts neither see, name nor revoke each other’s devices, even those of one id', async () => {
  const [mine, theirs] = [await service.newAccount(), await service.newAccount()];
  const [shared, foreign] = [newDeviceId(), newDeviceId()];
  const name = sealedText();
  await tell(mine, { device_id: shared, name });
  await tell(theirs, { device_id: shared });
  await tell(theirs, { device_id: foreign });
  expect(await list(mine)).toMatchObject([{ device_id: shared, name }]);
  const update = { device_id: shared, named_device_id: foreign, name };
  expect((await tell(mine, update)).status).toBe(404);
  expect((await revoke(mine, foreign)).status).toBe(404);
  expect((await revoke(mine, shared)).body).toEqual({ revoked_keys: 1 });
  expect((await list(theirs)).map(({ device_id }) => device_id).toSorted()).toEqual(
    [shared, foreign].toSorted(),
  );
  expect((await list(theirs)).every((device) => device.name === null)).toBe(true);
});

test('[E7] after the answer a revoked device stores nothing and reads nothing, and is not listed', async () => {
  const { a, b, deviceA, deviceB } = await twoDevices();
  await b.store(1);
  expect(await revoke(a, deviceB)).toMatchObject({ status: 200, body: { revoked_keys: 1 } });
  expect((await b.upload([newChange()])).status).toBe(401);
  for (const answer of [await b.ask('GET', PATH), await tell(b, { device_id: deviceB })]) {
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  }
  expect((await list(a)).map(({ device_id }) => device_id)).toEqual([deviceA]);
  await a.store(1);
});

test('[E7] revoking again is answered alike, and a device may revoke itself', async () => {
  const { a, b, deviceA, deviceB } = await twoDevices();
  expect((await revoke(a, deviceB)).body).toEqual({ revoked_keys: 1 });
  expect((await revoke(a, deviceB)).body).toEqual({ revoked_keys: 0 });
  expect((await revoke(a, deviceA)).body).toEqual({ revoked_keys: 1 });
  for (const key of [a, b]) expect((await revoke(key, deviceA)).status).toBe(401);
});

test('[E7] every key that a device has spoken with goes with it', async () => {
  const { a, b, deviceB } = await twoDevices();
  const later = await anotherKey(a);
  await tell(later, { device_id: deviceB });
  expect((await revoke(a, deviceB)).body).toEqual({ revoked_keys: 2 });
  for (const key of [b, later]) expect((await key.ask('GET', PATH)).status).toBe(401);
});

test('[E7] a device that claims another id keeps nothing alive by it', async () => {
  const { a, b, deviceA, deviceB } = await twoDevices();
  const claimed = newDeviceId();
  await tell(b, { device_id: claimed });
  expect((await revoke(a, deviceB)).body).toEqual({ revoked_keys: 1 });
  expect((await b.ask('GET', PATH)).status).toBe(401);
  expect((await list(a)).map(({ device_id }) => device_id)).toEqual([deviceA]);
});

test('[E7] keys that the device has made for itself go with it, those of devices that it let in stay', async () => {
  const { a, b, deviceB } = await twoDevices();
  const letIn = await anotherKey(b);
  await tell(letIn, { device_id: newDeviceId() });
  const hidden = await anotherKey(b);
  const hiddenDeeper = await anotherKey(hidden);
  expect((await revoke(a, deviceB)).body).toEqual({ revoked_keys: 3 });
  for (const key of [b, hidden, hiddenDeeper]) expect((await key.upload([newChange()])).status).toBe(401);
  await letIn.store(1);
});

test('[E7] a device whose key is revoked is not listed either', async () => {
  const { a, b, deviceA } = await twoDevices();
  await a.ask('DELETE', '/v1/auth/api-keys', { key_id: b.keyId });
  expect((await list(a)).map(({ device_id }) => device_id)).toEqual([deviceA]);
});

test('[E7] a revoked device can be let in again, with a new key', async () => {
  const { a, deviceB } = await twoDevices();
  await revoke(a, deviceB);
  const again = await anotherKey(a);
  expect((await tell(again, { device_id: deviceB })).status).toBe(200);
  expect(await list(a)).toHaveLength(2);
});

const changes = [
  { what: 'an upload', send: (key: Key, _: string) => key.upload([newChange()]) },
  {
    what: 'its own name',
    send: (key: Key, device_id: string) => tell(key, { device_id, name: sealedText() }),
  },
] as const;

test.each(changes)('[E7] $what under way when its device is revoked is not stored', async ({ send }) => {
  const { accountId, a, b, deviceB } = await twoDevices();
  const held = await service.holdAccount(accountId);
  const revoked = revoke(a, deviceB);
  await service.untilWaiting(1);
  const underWay = send(b, deviceB);
  await service.untilWaiting(2);
  await held.letGo();

  expect((await revoked).status).toBe(200);
  expect((await underWay).status).toBe(401);
  const kept =
    'select 1 from record where account_id = $1 union all select 1 from device where device_id = $2';
  expect(await service.sql(kept, [accountId, deviceB])).toEqual([]);
});

test('[E7] however uploads and a revocation meet, nothing of the device comes after the answer', async () => {
  for (let round = 0; round < 30; round += 1) {
    const { accountId, a, b, deviceB } = await twoDevices();
    const count = async () =>
      (await service.sql('select from record where account_id = $1', [accountId])).length;
    let atAnswer: Promise<number> | undefined;
    const uploads = Array.from({ length: 6 }, () => b.upload([newChange()]));
    const revoked = revoke(a, deviceB).then(() => (atAnswer = count()));
    const more = Array.from({ length: 6 }, () => b.upload([newChange()]));
    await revoked;
    const answers = await Promise.all([...uploads, ...more]);
    const taken = answers.filter(({ status }) => status === 200).length;
    expect(await count()).toBe(taken);
    expect(await atAnswer).toBe(taken);
  }
});

test('[D10] an account has at most 1000 devices, also when they come at once', async () => {
  const account = await service.newAccount();
  await service.sql(
    `insert into device (account_id, device_id, key_id, last_seen_on)
     select $1, lpad(n::text, 16, '0'), $2, current_date from generate_series(1, $3::integer) as n`,
    [account.accountId, account.keyId, limits.DEVICES_MAX - 1],
  );
  const answers = await Promise.all([1, 2, 3].map(() => tell(account, { device_id: newDeviceId() })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422]);
  expect(answers.find(({ status }) => status === 422)?.body).toMatchObject({ code: 'too_many_devices' });
  expect((await tell(account, { device_id: '1'.padStart(16, '0') })).status).toBe(200);
  expect(await list(account)).toHaveLength(limits.DEVICES_MAX);
});

test.each([
  ['a name that is too long', { name: sealedText(limits.DEVICE_NAME_BYTES_MAX + 3) }, 'name'],
  ['a manifest that is too long', { manifest: sealedText(limits.MANIFEST_BYTES_MAX + 3) }, 'manifest'],
  ['a name in the clear', { name: 'my phone' }, 'name'],
  ['an id that is none', { device_id: 'phone' }, 'device_id'],
  ['another’s id that is none', { named_device_id: 'phone' }, 'named_device_id'],
])('[D10] %s is refused by name', async (_, update, field) => {
  const account = await service.newAccount();
  expect(await tell(account, { device_id: newDeviceId(), ...update })).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', fields: [field] },
  });
});
