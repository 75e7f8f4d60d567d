/**
 * Two services on one Postgres, the devices of one account spread over both and changing between them, while devices,
 * services and Postgres are killed with SIGKILL: nothing that was answered is lost, no seq is given twice, none is left
 * out. Kills: MHB_DEVICE_KILLS (1,000 unless told) and, at the same time, MHB_SERVICE_KILLS (500), each tenth of Postgres.
 */
import { temporaryFolder } from '@mhb/device/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeCluster, startCluster } from '../apps/sync-service/src/database/cluster.testing.ts';
import { endLeftover } from '../apps/sync-service/src/database/leftover.ts';
import { createAccountIn } from '../apps/sync-service/src/process.testing.ts';
import { deviceIn, type RunningService, startService, turnSyncOn } from '../simulation/programs.ts';
import { progressOf } from './progress.ts';
import { expectWholeHistory } from './whole-history.ts';

const DEVICE_KILLS = Number(process.env.MHB_DEVICE_KILLS ?? '1000');
const SERVICE_KILLS = Number(process.env.MHB_SERVICE_KILLS ?? '500');
const DEVICES = 3;
const PROGRAM = fileURLToPath(new URL('./steady-device.ts', import.meta.url));
/** About how long a device takes here from its start to the end of its first sync. */
const CYCLE_MS = 600;

/** One address that leads to the one or the other service, drawn anew for each connection. */
const openSwitch = async (services: readonly RunningService[]) => {
  const server = createServer((here) => {
    const { url } = services[Math.floor(Math.random() * services.length)]!;
    const there = connect(Number(new URL(url).port), '127.0.0.1');
    here.pipe(there).pipe(here);
    here.on('error', () => there.destroy()).on('close', () => there.destroy());
    there.on('error', () => here.destroy()).on('close', () => here.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the switch has a port');
  return { url: `http://127.0.0.1:${String(address.port)}`, close: () => server.close() };
};

interface Told {
  readonly ids: readonly string[];
  readonly syncs: number;
}

/** Each so many kills one waits for a sync to come to its end first, however busy the machine is. */
const WHOLE_SYNC_EVERY = 4;

/** Runs a device, kills it at a random moment after it opened, or after it synced, and answers what it told before. */
const killDevice = async (dataDir: string, joining: unknown, afterSync: boolean): Promise<Told> => {
  const child = spawn(process.execPath, [PROGRAM, dataDir, JSON.stringify(joining)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const { promise: begun, resolve } = Promise.withResolvers<undefined>();
  const ids: string[] = [];
  let syncs = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'synced') syncs += 1;
    if (line === (afterSync ? 'synced' : 'begins')) resolve(undefined);
    // The last line of a killed process may be half a line; then it was not answered.
    if (line.endsWith('}')) ids.push((JSON.parse(line) as { readonly id: string }).id);
  });
  await Promise.race([begun, ended]);
  expect(child.exitCode, 'a device that opens').toBeNull();
  await wait(Math.random() * CYCLE_MS);
  child.kill('SIGKILL');
  await ended;
  return { ids, syncs };
};

test(`[O6] [D2] [D12] ${String(DEVICE_KILLS)} kills of devices and ${String(SERVICE_KILLS)} of two services lose nothing`, async () => {
  const folder = temporaryFolder();
  let cluster = await startCluster(await makeCluster());
  const environment = { DATABASE_URL: cluster.url };
  const serviceFolder = join(folder, 'service');
  const services = [
    await startService(serviceFolder, 0, environment),
    await startService(serviceFolder, 0, environment),
  ];
  const { api_key } = await createAccountIn(serviceFolder, environment);
  const address = await openSwitch(services);
  const account = { url: address.url, api_key };
  const folders = Array.from({ length: DEVICES }, (_, index) => join(folder, `device-${String(index)}`));
  const recovery_phrase = await turnSyncOn(deviceIn(folders[0]!), account);
  const joining = { ...account, recovery_phrase };

  const told: Told[] = [];
  const progress = progressOf('kills of devices', DEVICE_KILLS);
  let begun = 0;
  const idle = [...folders];
  const killDevices = async (): Promise<void> => {
    while (begun < DEVICE_KILLS) {
      begun += 1;
      const mine = idle.shift()!;
      told.push(await killDevice(mine, joining, begun % WHOLE_SYNC_EVERY === 0));
      idle.push(mine);
      progress(told.length);
    }
  };
  let postgresKills = 0;
  const killServices = async (): Promise<void> => {
    for (let kill = 1; kill <= SERVICE_KILLS; kill += 1) {
      await wait(Math.random() * CYCLE_MS);
      if (kill % 10 === 0) {
        postgresKills += 1;
        const pid = readFileSync(join(cluster.folder, 'postmaster.pid'), 'utf8').split('\n')[0];
        process.kill(Number(pid), 'SIGKILL');
        await endLeftover(cluster.folder);
        cluster = await startCluster(cluster.folder);
      }
      const service = services[kill % 2]!;
      await service.kill();
      services[kill % 2] = await startService(serviceFolder, Number(new URL(service.url).port), environment);
    }
  };
  await Promise.all([killDevices(), killDevices(), killServices()]);

  const devices = folders.map((path) => deviceIn(path));
  for (const device of [...devices, ...devices]) {
    const { phase } = (await device.value('status')) as { readonly phase: string };
    if (phase !== 'on') await device.value('call', 'enable_sync', JSON.stringify(joining));
    expect(await device.value('sync')).toMatchObject({ pending: 0, quarantined: 0 });
  }
  const texts = await Promise.all(devices.map((device) => device.exportJson()));
  expect(new Set(texts).size).toBe(1);
  const { records } = JSON.parse(texts[0]!) as { records: { mood_entry: readonly { id: string }[] } };
  const held = new Set(records.mood_entry.map(({ id }) => id));
  const answered = told.flatMap(({ ids }) => ids);
  expect(answered.filter((id) => !held.has(id))).toEqual([]);
  await expectWholeHistory(cluster.url);
  const syncs = told.reduce((sum, one) => sum + one.syncs, 0);
  process.stdout.write(
    `${String(DEVICE_KILLS)} kills of devices, ${String(SERVICE_KILLS)} of services, ${String(postgresKills)} of Postgres: ${String(answered.length)} entries answered, ${String(syncs)} syncs whole, none lost\n`,
  );
  expect(syncs).toBeGreaterThanOrEqual(Math.floor(DEVICE_KILLS / WHOLE_SYNC_EVERY));
  address.close();
  for (const service of services) await service.stop();
  rmSync(folder, { recursive: true });
});
