/** How devices come into the one account of a world: the first one sets it up, every other one joins with its phrase. */
import { parseApiKey } from '@mhb/core-domain/wire';
import { Chance } from './chance.ts';
import { Reader } from './reader.ts';
import { SimulatedDevice } from './simulated-device.ts';
import type { World } from './world.ts';

/** The first device sets the account up; the others join with its phrase. */
export const begin = async (world: World, devices: number): Promise<void> => {
  await world.service.newAccount(world.accountId, new Chance(world.seed, 'epoch'));
  const first = await addDevice(world);
  await giveKey(world, first);
  const begun = await world.value(first, 'enable_sync', {
    url: 'https://service.test',
    api_key: first.apiKey,
  });
  const { recovery_phrase, confirm_positions } = begun as {
    readonly recovery_phrase: string;
    readonly confirm_positions: readonly number[];
  };
  world.phrase = recovery_phrase;
  const words = recovery_phrase.split(' ');
  await world.value(first, 'confirm_recovery_phrase', {
    words: Object.fromEntries(confirm_positions.map((place) => [String(place), words[place - 1]])),
  });
  first.knownHistory = world.service.history;
  const keyring = [...world.service.tables.keyring.values()][0];
  const secrets = first.secrets.read();
  if (keyring === undefined || !secrets.ok || secrets.value === undefined)
    throw new Error('there are no keys');
  world.reader = new Reader({
    accountId: world.accountId,
    masterSecret: secrets.value.master_secret,
    keyring: keyring.sealed,
    seed: world.seed,
  });
  for (let number = 1; number < devices; number += 1) await join(world, await addDevice(world));
};

export const addDevice = async (world: World): Promise<SimulatedDevice> => {
  const device = new SimulatedDevice({
    number: world.devices.length,
    seed: world.seed,
    temporaryFolder: world.temporaryFolder,
    nowMs: () => world.nowMs,
  });
  world.devices.push(device);
  await device.open();
  return device;
};

/** A key of its own, as its person is given one by whoever runs the service. */
const giveKey = async (world: World, device: SimulatedDevice): Promise<void> => {
  const key = await world.calmly(() =>
    world.service.newKey(world.accountId, new Chance(world.seed, 'key', device.number)),
  );
  device.apiKey = key.apiKey;
  device.keyId = key.keyId;
};

/** A device that is in makes a link for the next one. */
export const makeLink = (world: World, device: SimulatedDevice): void => {
  world.start(device, 'create_pairing_link', {}, (value) => {
    world.links.push((value as { readonly pairing_link: string }).pairing_link);
  });
};

/** A new device with the link of another one; it has the key that comes with it, if it gets in. */
export const joinByLink = async (world: World, device: SimulatedDevice, link: string): Promise<void> => {
  const { history } = world.service;
  world.start(device, 'enable_sync', { pairing_link: link }, (value) => {
    takeKey(device);
    const { first_sync } = value as { readonly first_sync?: unknown };
    if (first_sync !== null && history === world.service.history) device.knownHistory = history;
  });
  await world.drain();
};

const takeKey = (device: SimulatedDevice): void => {
  const secrets = device.secrets.read();
  if (!secrets.ok || secrets.value === undefined) return;
  device.apiKey = secrets.value.api_key;
  device.keyId = parseApiKey(device.apiKey)?.keyId ?? '';
};

/** A device comes into the account with the recovery phrase; where the network is away it stays outside. */
export const join = async (world: World, device: SimulatedDevice): Promise<void> => {
  if (device.apiKey === '') await giveKey(world, device);
  device.knownHistory = -1;
  device.cursor = undefined;
  const { history } = world.service;
  world.start(
    device,
    'enable_sync',
    { url: 'https://service.test', api_key: device.apiKey, recovery_phrase: world.phrase },
    (value) => {
      const { first_sync } = value as { readonly first_sync?: unknown };
      if (first_sync !== null && history === world.service.history) device.knownHistory = history;
    },
  );
  await world.drain();
};

/** A device that lost its keys, or came back from before it had any, is brought into the account again. */
export const joinIfNeeded = async (world: World, device: SimulatedDevice): Promise<void> => {
  takeKey(device);
  const secrets = device.secrets.read();
  const isOn = device.stateOf('sync') !== undefined;
  if (isOn && secrets.ok && secrets.value !== undefined) return;
  if (isOn) await world.value(device, 'disable_sync', {});
  await join(world, device);
};
