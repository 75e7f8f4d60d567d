/**
 * kill -9 of a device at each write, COMMIT and request of its main flows, one after the other: what was answered is
 * there, nothing is half there, and the flow done again ends as if nothing had happened. A cut before a statement is
 * also the cut after the one that stands before it; behind the last one there is a cut of its own.
 * MHB_STATEMENT_STRIDE 3 takes every third one.
 */
import { connectSyncApi } from '@mhb/device';
import { inFile, openTestDevice, type TestDevice, temporaryFolder } from '@mhb/device/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';
import { createAccount, deviceIn, startService, turnSyncOn } from '../simulation/programs.ts';
import type { Side } from './cut-at-statement.ts';
import { type DeviceFlow, flows, runOn, type Told } from './cut-flows.ts';

const STRIDE = Number(process.env.MHB_STATEMENT_STRIDE ?? '1');
const PROGRAM = fileURLToPath(new URL('./cut-device.ts', import.meta.url));
const ENTRIES = 3;
const IMPORTED = fileURLToPath(new URL('../fixtures/export-version-1.json', import.meta.url));

interface Ended {
  readonly told: readonly Told[];
  /** How many statements there were, where it came to its end. */
  readonly counted: number | undefined;
}

/** Starts a device that does the flow and is killed at this statement of it. */
const cutAt = async (flow: DeviceFlow, dataDir: string, [number, side]: [number, Side]): Promise<Ended> => {
  const child = spawn(process.execPath, [PROGRAM, dataDir, flow, String(number), side, IMPORTED], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const told: Told[] = [];
  let counted: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const fact = JSON.parse(line) as Told | { readonly counted: number };
    if ('counted' in fact) counted = fact.counted;
    else told.push(fact);
  }
  await ended;
  expect(child.signalCode ?? child.exitCode).toBe(counted === undefined ? 'SIGKILL' : 0);
  return { told, counted };
};

/** Every row stands beside its record, and what the service has not confirmed waits to be sent. */
const expectNothingHalf = (dataDir: string): void => {
  const path = join(dataDir, 'device.db');
  expect(inFile(path, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(inFile(path, 'select id from mood_entry where id not in (select id from record)')).toEqual([]);
  const silent = 'select id from record where base = 0 and id not in (select record_id from outbox)';
  expect(inFile(path, silent)).toEqual([]);
  const rowless = `select id from record where kind = 'mood_entry' and id not in (select id from mood_entry)`;
  expect(inFile(path, rowless)).toEqual([]);
};

interface Held {
  readonly id: string;
  readonly notes: string | null;
  readonly deleted_at: string | null;
}

const moodsIn = (json: string): readonly Held[] =>
  (JSON.parse(json) as { readonly records: { readonly mood_entry: readonly Held[] } }).records.mood_entry;

/** Starts it again, does what a person does, and answers everything that it holds and what `look` found. */
const doAgain = async <Found>(
  flow: DeviceFlow,
  dataDir: string,
  look: (device: Parameters<typeof runOn>[0], before: string) => Promise<Found>,
): Promise<Found> => {
  const opened = await openHostedDevice({ dataDir });
  if (!opened.ok) throw new Error(`the device did not open: ${opened.error.type}`);
  const { device, close } = opened.value;
  try {
    const before = device.exportJson();
    const { act, again = act } = flows[flow];
    await again({ device, tell: () => undefined, file: IMPORTED });
    return await look(device, before);
  } finally {
    close();
  }
};

/** Cuts at one statement after the other until the flow comes to its end; then once behind the last one. */
const cutEverywhere = async (
  flow: DeviceFlow,
  folderOf: (number: number) => string,
  judge: (dataDir: string, told: readonly Told[]) => Promise<void>,
): Promise<number> => {
  let cuts = 0;
  for (let number = 1; ; number += STRIDE) {
    const dataDir = folderOf(number);
    const { told, counted } = await cutAt(flow, dataDir, [number, 'before']);
    expectNothingHalf(dataDir);
    await judge(dataDir, told);
    if (counted !== undefined) {
      const last = folderOf(0);
      const ended = await cutAt(flow, last, [counted, 'after']);
      expect(ended.counted).toBeUndefined();
      expectNothingHalf(last);
      await judge(last, ended.told);
      process.stdout.write(`${flow}: ${String(counted)} statements, cut at ${String(cuts + 1)} places\n`);
      return cuts + 1;
    }
    cuts += 1;
  }
};

/** As they were answered last. */
const lastOf = (told: readonly Told[]): ReadonlyMap<string, Told> =>
  new Map(told.map((each) => [each.id, each]));

const expectHeld = (json: string, answered: ReadonlyMap<string, Told>): void => {
  const held = new Map(moodsIn(json).map((mood) => [mood.id, mood]));
  const isHeld = ({ id, notes, isDeleted = false }: Told): boolean => {
    const there = held.get(id);
    if (there === undefined) return false;
    // What was edited or deleted but not answered may be so or not.
    return (
      (there.notes === notes || there.notes === 'as edited') && (there.deleted_at !== null || !isDeleted)
    );
  };
  expect([...answered.values()].filter((told) => !isHeld(told))).toEqual([]);
};

test('[O6] [O1] a check-in that is written, edited and deleted is cut at every statement', async () => {
  const dataDir = join(temporaryFolder(), 'device');
  const all: Told[] = [];
  const cuts = await cutEverywhere(
    'check-in',
    () => dataDir,
    (_, told) => {
      all.push(...told);
      return doAgain('check-in', dataDir, (device, before) => {
        expectHeld(before, lastOf(all));
        expect(moodsIn(device.exportJson())).toHaveLength(moodsIn(before).length + 1);
        return Promise.resolve();
      });
    },
  );
  expect(cuts * STRIDE).toBeGreaterThan(10);
});

test('[O6] an import is cut at every statement: all of it is there or nothing', async () => {
  const folder = temporaryFolder();
  const reference = await openTestDevice();
  await reference.run('import_json', { file: IMPORTED });
  const whole = reference.exportJson();
  const seen = new Set<string>();
  const cuts = await cutEverywhere(
    'import',
    (number) => join(folder, String(number)),
    (dataDir) =>
      doAgain('import', dataDir, (device, before) => {
        seen.add(before === whole ? 'all' : String(moodsIn(before).length));
        expect(device.exportJson()).toBe(whole);
        return Promise.resolve();
      }),
  );
  expect([...seen].sort()).toEqual(['0', 'all']);
  expect(cuts * STRIDE).toBeGreaterThan(30);
});

/** A service with an account, one device in a folder to be cut, and what another device is given. */
const openAccount = async () => {
  const folder = temporaryFolder();
  const service = await startService(join(folder, 'service'));
  onTestFinished(() => service.stop().then(() => undefined));
  const account = { url: service.url, api_key: await createAccount(join(folder, 'service')) };
  const dataDir = join(folder, 'device');
  const recovery_phrase = await turnSyncOn(deviceIn(dataDir), account);
  return { dataDir, joining: { ...account, recovery_phrase } };
};

const expectInSync = async (device: Parameters<typeof runOn>[0]): Promise<void> => {
  const status = await runOn(device, 'get_sync_status');
  expect(status).toMatchObject({ phase: 'on', pending: 0, quarantined: 0, key_change: null });
};

const newOther = (): Promise<TestDevice> =>
  openTestDevice({ connect: connectSyncApi, now: new Date().toISOString() });

test('[O6] [O5] a sync that uploads and downloads is cut at every statement and request', async () => {
  const { dataDir, joining } = await openAccount();
  const other = await newOther();
  await other.run('enable_sync', joining);
  const all: Told[] = [];
  const change = async (): Promise<void> => {
    const { id } = (await other.run('log_mood', { mood_rating: 2, notes: 'from elsewhere' })) as Held;
    all.push({ id, notes: 'from elsewhere' });
    await other.run('sync_now');
  };
  await change();
  const cuts = await cutEverywhere(
    'sync',
    () => dataDir,
    (_, told) => {
      all.push(...told);
      return doAgain('sync', dataDir, async (device) => {
        await expectInSync(device);
        await other.run('sync_now');
        const held = device.exportJson();
        expect(moodsIn(held)).toHaveLength(all.length);
        expectHeld(held, lastOf(all));
        expect(other.exportJson()).toBe(held);
        await change();
      });
    },
  );
  other.close();
  expect(cuts * STRIDE).toBeGreaterThan(15);
});

test('[O6] [E7] a change of all keys is cut at every statement and request', async () => {
  const { dataDir } = await openAccount();
  // Always as many: each is sealed anew, which takes statements of its own.
  for (let rating = 1; rating <= ENTRIES; rating += 1)
    await deviceIn(dataDir).value('call', 'log_mood', JSON.stringify({ mood_rating: rating }));
  const cuts = await cutEverywhere(
    'change of keys',
    () => dataDir,
    () =>
      doAgain('change of keys', dataDir, async (device, before) => {
        await expectInSync(device);
        const made = (await runOn(device, 'create_pairing_link')) as { readonly pairing_link: string };
        const other = await newOther();
        await other.run('enable_sync', { pairing_link: made.pairing_link });
        const held = device.exportJson();
        expect(held).toBe(before);
        expect(moodsIn(held)).toHaveLength(ENTRIES);
        expect(other.exportJson()).toBe(held);
        other.close();
      }),
  );
  expect(cuts * STRIDE).toBeGreaterThan(30);
});
