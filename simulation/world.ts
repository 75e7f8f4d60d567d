/**
 * A world for tests: one service on its own Postgres and data folder, and devices with real files that reach it over
 * HTTP, through a network that can be cut anywhere.
 */
import { connectSyncApi, type SyncApi } from '@mhb/device';
import {
  openTestDevice,
  secretsInMemory,
  temporaryFolder,
  type TestDevice,
  throughNetwork,
} from '@mhb/device/testing';
import { createAccount, createApp, openServiceDatabase, type ServiceDatabase } from '@mhb/sync-service';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Account {
  readonly url: string;
  readonly api_key: string;
}

/** What the network does to a request: carry it, lose it, or carry it and lose the answer. */
export type Carriage = 'carry' | 'lose the request' | 'lose the answer';

export interface Network {
  /** Asked before every request, with its name. May take its time, as networks do. */
  carry: (request: keyof SyncApi) => Carriage | Promise<Carriage>;
  /** What becomes of an answer on its way, or of what a dishonest service would have said. */
  tamper: (request: keyof SyncApi, answer: unknown) => unknown;
}

export interface WorldDevice extends TestDevice {
  readonly network: Network;
  readonly databasePath: string;
  /** Closes the device and opens it again on the same files, or on what becomes of them meanwhile. */
  readonly restart: (meanwhile?: () => void) => Promise<WorldDevice>;
}

export interface World {
  readonly newAccount: () => Promise<Account>;
  readonly newDevice: (options?: {
    readonly now?: string;
    readonly deviceName?: () => string;
    readonly backupFolder?: string;
  }) => Promise<WorldDevice>;
  /** The first device of a new account, with sync on, and its phrase. */
  readonly firstDevice: (
    account: Account,
  ) => Promise<{ readonly device: WorldDevice; readonly phrase: string }>;
  /** One more device of the account. */
  readonly joinedDevice: (account: Account, phrase: string) => Promise<WorldDevice>;
  readonly service: ServiceDatabase;
  readonly url: string;
  readonly close: () => Promise<void>;
}

export const openWorld = async (
  options: {
    readonly requestsPerMinute?: number;
    /** A Postgres that is there already. */
    readonly databaseUrl?: string;
  } = {},
): Promise<World> => {
  const folder = temporaryFolder();
  const service = await openServiceDatabase({
    url: options.databaseUrl,
    dataDir: join(folder, 'service'),
    purpose: 'serve',
    say: () => undefined,
  });
  const app = await createApp({ ...service, ...options, logger: false });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const open: WorldDevice[] = [];
  let devices = 0;

  const newDevice: World['newDevice'] = async (given = {}) => {
    devices += 1;
    const databasePath = join(folder, `device-${String(devices)}.db`);
    const device = await openWorldDevice({ databasePath, secrets: secretsInMemory(), ...given });
    open.push(device);
    return device;
  };
  return {
    service,
    url,
    newDevice,
    newAccount: async () => ({ url, api_key: (await createAccount(service)).apiKey }),
    firstDevice: async (account) => {
      const device = await newDevice();
      return { device, phrase: await turnSyncOn(device, account) };
    },
    joinedDevice: async (account, recovery_phrase) => {
      const device = await newDevice();
      await device.run('enable_sync', { ...account, recovery_phrase });
      return device;
    },
    close: async () => {
      for (const device of open) device.close();
      await app.close();
      await service.close();
      rmSync(folder, { recursive: true });
    },
  };
};

/** Turns sync on for a new account, as a person does. Answers the recovery phrase. */
export const turnSyncOn = async (device: TestDevice, account: Account): Promise<string> => {
  const begun = (await device.run('enable_sync', account)) as {
    readonly recovery_phrase: string;
    readonly confirm_positions: readonly number[];
  };
  await device.run('confirm_recovery_phrase', {
    words: wordsAt(begun.recovery_phrase, begun.confirm_positions),
  });
  return begun.recovery_phrase;
};

export const wordsAt = (phrase: string, positions: readonly number[]): Readonly<Record<string, string>> => {
  const words = phrase.split(' ');
  return Object.fromEntries(positions.map((position) => [String(position), words[position - 1] ?? '']));
};

/** A new account with so many moods, "entry 1" and on, that the service holds too. */
export const accountWithMoods = async (world: World, count: number) => {
  const account = await world.newAccount();
  const { device: a, phrase } = await world.firstDevice(account);
  for (let number = 1; number <= count; number += 1) {
    await a.run('log_mood', { mood_rating: ((number - 1) % 7) + 1, notes: `entry ${String(number)}` });
  }
  await a.run('sync_now');
  return { account, a, phrase };
};

/** Syncs each device until what each has reached all the others. */
export const settle = async (...devices: readonly TestDevice[]): Promise<void> => {
  for (let round = 0; round < 2; round += 1) for (const device of devices) await device.run('sync_now');
};

type Options = Parameters<typeof openTestDevice>[0] & { readonly databasePath: string };

const openWorldDevice = async (options: Options): Promise<WorldDevice> => {
  const network: Network = { carry: () => 'carry', tamper: (_, answer) => answer };
  const device = await openTestDevice({
    ...options,
    connect: (server) => throughNetwork(connectSyncApi(server), carriedBy(network)),
  });
  return {
    ...device,
    network,
    databasePath: options.databasePath,
    restart: (meanwhile) => {
      device.close();
      meanwhile?.();
      return openWorldDevice(options);
    },
  };
};

const carriedBy =
  (network: Network) =>
  async <Answer>(name: keyof SyncApi, send: () => Promise<Answer>) => {
    const carriage = await network.carry(name);
    if (carriage === 'lose the request') return OFFLINE;
    const answer = await send();
    return carriage === 'lose the answer' ? OFFLINE : (network.tamper(name, answer) as Answer);
  };

const OFFLINE = { ok: false, error: { type: 'Offline' } } as const;
