/**
 * The service is restored from an older backup, on a real Postgres, and started again: every device that had seen more
 * notices, together they put back what is missing, and nothing is lost. How often: MHB_RESTORES, 200 unless told.
 */
import { connectSyncApi } from '@mhb/device';
import {
  inFile,
  openTestDevice,
  secretsInMemory,
  temporaryFolder,
  type TestDevice,
  throughNetwork,
} from '@mhb/device/testing';
import { createAccount, createApp, openServiceDatabase } from '@mhb/sync-service';
import { errorCodes } from '@mhb/core-domain/wire';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { makeCluster, startCluster } from '../apps/sync-service/src/database/cluster.testing.ts';
import { turnSyncOn } from '../simulation/world.ts';
import { progressOf } from './progress.ts';

const RESTORES = Number(process.env.MHB_RESTORES ?? '200');
const DEVICES = 3;
const BACKUPS_KEPT = 5;

interface Seen {
  /** Answers that told a device that the history is another one. */
  otherHistories: number;
}

interface SyncedDevice {
  readonly device: TestDevice;
  readonly path: string;
  readonly seen: Seen;
}

const newDevice = async (folder: string, name: string): Promise<SyncedDevice> => {
  const path = join(folder, `${name}.db`);
  const seen: Seen = { otherHistories: 0 };
  const device = await openTestDevice({
    databasePath: path,
    secrets: secretsInMemory(),
    connect: (server) =>
      throughNetwork(connectSyncApi(server), async (_, send) => {
        const answer = await send();
        if (tellsOfAnotherHistory(answer)) seen.otherHistories += 1;
        return answer;
      }),
  });
  return { device, path, seen };
};

const tellsOfAnotherHistory = (answer: unknown): boolean => {
  const { error } = answer as {
    readonly error?: { readonly type: string; readonly code?: keyof typeof errorCodes };
  };
  return error?.code !== undefined && errorCodes[error.code].action === 'reconcile';
};

/** Every table of the service is copied, or put back, in one transaction. */
const copyTables = (from: string, to: string, before: string): string => `
  do $$ declare name text; begin
    set local session_replication_role = replica;
    for name in select tablename from pg_tables where schemaname = 'public' loop
      execute format('${before}', name);
    end loop;
    for name in select tablename from pg_tables where schemaname = 'public' loop
      execute format('insert into ${to}.%1$I table ${from}.%1$I', name);
    end loop;
  end $$`;

/** The service on a Postgres of its own, and what an operator does with backups of it. */
const openRestorable = async () => {
  const { url } = await startCluster(await makeCluster());
  const asOperator = async (...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client(url);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  let port = 0;
  const start = async () => {
    const service = await openServiceDatabase({ url, dataDir: '', purpose: 'serve', say: () => undefined });
    const app = await createApp({ ...service, requestsPerMinute: 0, logger: false });
    const address = await app.listen({ host: '127.0.0.1', port });
    port = Number(new URL(address).port);
    return { service, address, stop: () => app.close().then(() => service.close()) };
  };
  let running = await start();
  return {
    address: running.address,
    newAccount: () => createAccount(running.service),
    backUp: (name: string) =>
      asOperator(
        `create schema ${name}`,
        copyTables('public', name, `create table ${name}.%1$I (like public.%1$I)`),
      ),
    forget: (name: string) => asOperator(`drop schema ${name} cascade`),
    restore: async (name: string): Promise<void> => {
      await running.stop();
      await asOperator(copyTables(name, 'public', 'truncate public.%1$I cascade'));
      running = await start();
    },
    close: () => running.stop(),
  };
};

const moodsIn = ({ path }: SyncedDevice): ReadonlyMap<unknown, unknown> =>
  new Map(inFile(path, 'select id, notes from mood_entry').map(({ id, notes }) => [id, notes]));

test(`[D6] ${String(RESTORES)} restores of the service from older backups are all noticed and all healed`, async () => {
  const folder = temporaryFolder();
  const service = await openRestorable();
  const { apiKey } = await service.newAccount();
  const account = { url: service.address, api_key: apiKey };
  const devices: SyncedDevice[] = [await newDevice(folder, 'device-0')];
  const recovery_phrase = await turnSyncOn(devices[0]!.device, account);
  while (devices.length < DEVICES) {
    const joined = await newDevice(folder, `device-${String(devices.length)}`);
    await joined.device.run('enable_sync', { ...account, recovery_phrase });
    devices.push(joined);
  }

  const saved = new Map<string, string>();
  let turn = 0;
  const write = async ({ device }: SyncedDevice): Promise<void> => {
    turn += 1;
    const notes = `entry ${String(turn)}`;
    const { id } = (await device.run('log_mood', { mood_rating: (turn % 7) + 1, notes })) as { id: string };
    saved.set(id, notes);
    const earlier = [...moodsIn(devices[0]!).keys()][turn % 50];
    if (turn % 3 === 0 && typeof earlier === 'string' && saved.has(earlier)) {
      await devices[0]!.device.run('update_mood_checkin', { id: earlier, notes: `${notes}, edited` });
      saved.set(earlier, `${notes}, edited`);
    }
  };
  const syncAll = async (): Promise<void> => {
    for (const { device } of [...devices, ...devices]) await device.run('sync_now');
  };

  const backups: string[] = [];
  const progress = progressOf('restores', RESTORES);
  let noticed = 0;
  for (let round = 1; round <= RESTORES; round += 1) {
    await syncAll();
    backups.push(`backup_${String(round)}`);
    await service.backUp(backups.at(-1)!);
    if (backups.length > BACKUPS_KEPT) await service.forget(backups.shift()!);
    // Everybody has seen more than the backup has; then some write what nobody has seen yet.
    await write(devices[round % DEVICES]!);
    await syncAll();
    for (let more = 0; more < round % 3; more += 1) await write(devices[(round + more) % DEVICES]!);
    for (const { seen } of devices) seen.otherHistories = 0;

    await service.restore(backups[Math.floor(Math.random() * backups.length)]!);
    for (const { device } of devices) await device.run('sync_now');
    expect(devices.filter(({ seen }) => seen.otherHistories > 0)).toHaveLength(DEVICES);
    noticed += 1;
    await syncAll();
    for (const device of devices) expect(moodsIn(device)).toEqual(saved);
    progress(round);
  }
  const texts = devices.map(({ device }) => device.exportJson());
  expect(new Set(texts).size).toBe(1);
  const late = await newDevice(folder, 'late');
  await late.device.run('enable_sync', { ...account, recovery_phrase });
  expect(moodsIn(late)).toEqual(saved);
  process.stdout.write(
    `${String(RESTORES)} restores: ${String(noticed)} noticed by all ${String(DEVICES)} devices, ${String(saved.size)} entries, none lost\n`,
  );
  for (const { device } of [...devices, late]) device.close();
  await service.close();
  rmSync(folder, { recursive: true });
});
