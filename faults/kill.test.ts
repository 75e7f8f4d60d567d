/**
 * kill -9 of either device, of the service or of its Postgres, at random moments in the middle of a sync: nothing
 * that was answered is lost, and nobody has to help. Rounds: MHB_FAULT_ROUNDS, 50 unless told.
 */
import { temporaryFolder } from '@mhb/device/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  createAccount,
  deviceIn,
  HISTORY,
  type RunningService,
  startService,
  turnSyncOn,
} from '../simulation/programs.ts';

const ROUNDS = Number(process.env.MHB_FAULT_ROUNDS ?? '50');
const CHECK_INS = 120;
/** About how long a sync takes here while another one runs. */
const SYNC_MS = 350;
const TARGETS = ['device a', 'device b', 'service', 'postgres', 'service and postgres'] as const;
const PROGRAM = fileURLToPath(new URL('./device-process.ts', import.meta.url));

interface Told {
  readonly id?: string;
  readonly notes?: string;
  readonly syncing?: true;
  readonly synced?: { readonly value?: { readonly first_sync?: unknown } };
}

/** What a device answered before it ended, however it ended. */
interface Working {
  readonly child: ChildProcess;
  /** Resolves when it begins to sync, or has ended before. */
  readonly syncing: Promise<void>;
  readonly told: Promise<readonly Told[]>;
}

const work = (dataDir: string, joining?: unknown): Working => {
  const args = [
    PROGRAM,
    dataDir,
    String(CHECK_INS),
    ...(joining === undefined ? [] : [JSON.stringify(joining)]),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const { promise: syncing, resolve: nowSyncing } = Promise.withResolvers<undefined>();
  const read = async (): Promise<readonly Told[]> => {
    const told: Told[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      // The last line of a killed process may be half a line; then it was not answered.
      if (!line.endsWith('}')) continue;
      const fact = JSON.parse(line) as Told;
      told.push(fact);
      if (fact.syncing === true) nowSyncing(undefined);
    }
    nowSyncing(undefined);
    await ended;
    return told;
  };
  return { child, syncing, told: read() };
};

/** Whether the sync came to its end, with an answer that is not a refusal. */
const isWhole = (told: readonly Told[]): boolean =>
  told.some(({ synced }) => synced?.value !== undefined && synced.value.first_sync !== null);

const postmasterOf = (service: string): number =>
  Number(readFileSync(join(service, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

const isReady = async (url: string): Promise<boolean> =>
  fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Waits for a condition that comes by itself. */
const until = async (condition: () => Promise<boolean>, what: string): Promise<void> => {
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 100) {
    if (await condition()) return;
    await wait(100);
  }
  throw new Error(`${what} did not happen within 30 seconds`);
};

/** What a person would do: turn sync on where that was cut short, and sync. */
const finish = async (device: ReturnType<typeof deviceIn>, joining: unknown): Promise<void> => {
  if (((await device.value('status')) as { phase: string }).phase !== 'on') {
    await device.value('call', 'enable_sync', JSON.stringify(joining));
  }
  expect(await device.value('sync')).toMatchObject({ pending: 0, quarantined: 0 });
};

test(`[O6] ${String(ROUNDS)} kills in the middle of a sync lose nothing`, async () => {
  const folder = temporaryFolder();
  const serviceFolder = join(folder, 'service');
  let service: RunningService = await startService(serviceFolder);
  const { url } = service;
  const port = Number(new URL(url).port);
  const account = { url, api_key: await createAccount(serviceFolder) };
  const a = deviceIn(join(folder, 'a'));
  await a.value('import', 'original', HISTORY);
  const recovery_phrase = await turnSyncOn(a, account);
  const joining = { ...account, recovery_phrase };

  const answered = new Map<string, string>();
  const cutShort = new Map<string, number>();
  let folderOfB = join(folder, 'b-0');
  for (let round = 0; round < ROUNDS; round += 1) {
    // Every fifth time a new device joins, so that a first download is hit too.
    if (round % 5 === 0 && round > 0) {
      await finish(deviceIn(folderOfB), joining);
      folderOfB = join(folder, `b-${String(round)}`);
    }
    const target = TARGETS[Math.floor(Math.random() * TARGETS.length)] ?? 'service';
    const workers = [work(join(folder, 'a')), work(folderOfB, joining)];
    await Promise.race(workers.map(({ syncing }) => syncing));
    await wait(Math.random() * SYNC_MS);
    if (target === 'device a') workers[0]?.child.kill('SIGKILL');
    if (target === 'device b') workers[1]?.child.kill('SIGKILL');
    if (target.includes('postgres')) process.kill(postmasterOf(serviceFolder), 'SIGKILL');
    if (target.includes('service')) {
      await service.kill();
      service = await startService(serviceFolder, port);
    }
    const told = await Promise.all(workers.map(({ told }) => told));
    for (const { id, notes } of told.flat()) {
      if (id !== undefined && notes !== undefined) answered.set(id, notes);
    }
    if (!told.every(isWhole)) cutShort.set(target, (cutShort.get(target) ?? 0) + 1);
    await until(() => isReady(url), `the service after a kill of ${target}`);
  }

  const b = deviceIn(folderOfB);
  await finish(b, joining);
  const c = deviceIn(join(folder, 'c'));
  for (const device of [a, b, a, b]) await device.value('sync');
  await c.value('call', 'enable_sync', JSON.stringify(joining));
  const text = await a.exportJson();
  expect(await b.exportJson()).toBe(text);
  expect(await c.exportJson()).toBe(text);

  const { records } = JSON.parse(text) as {
    records: { mood_entry: readonly { id: string; notes: string | null }[] };
  };
  const notesById = new Map(records.mood_entry.map(({ id, notes }) => [id, notes]));
  const lost = [...answered].filter(([id, notes]) => !(notesById.get(id) ?? '').startsWith(notes));
  expect(lost).toEqual([]);
  expect(await a.value('status')).toMatchObject({ pending: 0, quarantined: 0 });
  const counts = [...cutShort].map(([target, count]) => `${target} ${String(count)}`).join(', ');
  process.stdout.write(
    `${String(answered.size)} check-ins answered; syncs cut short by a kill of: ${counts}\n`,
  );
  expect(await service.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});
