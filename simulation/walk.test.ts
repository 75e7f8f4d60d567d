/** The whole walk as a person types it, with the two programs, and what can be read on its way. */
import { temporaryFolder } from '@mhb/device/testing';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createAccount,
  deviceIn,
  HISTORY,
  type RunningService,
  startService,
  turnSyncOn,
} from './programs.ts';

let folder: string;
let service: RunningService;
beforeAll(async () => {
  folder = temporaryFolder();
  service = await startService(join(folder, 'service'));
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

interface Tables {
  readonly tables: readonly { readonly table: string; readonly read: number; readonly imported: number }[];
  readonly changed: number;
}

interface Export {
  readonly records: Readonly<Record<string, readonly { readonly deleted_at: string | null }[]>>;
}

let devices = 0;
const newDevice = () => {
  devices += 1;
  return deviceIn(join(folder, `device-${String(devices)}`));
};

const newAccount = async () => ({ url: service.url, api_key: await createAccount(join(folder, 'service')) });

test('a history goes from the earlier app over one device to another; every row is accounted for', async () => {
  const account = await newAccount();
  const [a, b] = [newDevice(), newDevice()];
  const report = (await a.value('import', 'original', HISTORY)) as Tables;
  const phrase = await turnSyncOn(a, account);
  expect(await a.value('sync')).toEqual({
    uploaded: 0,
    downloaded: 0,
    merged: 0,
    quarantined: 0,
    pending: 0,
    sealed_anew: 0,
  });
  await b.value('call', 'enable_sync', JSON.stringify({ ...account, recovery_phrase: phrase }));
  await b.value('sync');
  const text = await a.exportJson();
  expect(await b.exportJson()).toBe(text);

  const { records } = JSON.parse(text) as Export;
  const imported = (table: string): number =>
    report.tables.find((row) => row.table === table)?.imported ?? Number.NaN;
  const count = (kind: string): number => records[kind]?.length ?? 0;
  const deleted = (kind: string): number =>
    (records[kind] ?? []).filter(({ deleted_at }) => deleted_at !== null).length;
  expect({
    mood_entry: [count('mood_entry'), deleted('mood_entry')],
    assessment: [count('assessment'), deleted('assessment')],
    activity: [count('activity'), deleted('activity')],
    activity_group: [count('activity_group'), deleted('activity_group')],
    activity_log: count('activity_log'),
    activity_goal: count('activity_goal'),
    schedule: [count('schedule'), deleted('schedule')],
  }).toEqual({
    mood_entry: [imported('mood_checkins'), 0],
    assessment: [imported('assessment_responses'), 0],
    activity: [imported('activities'), 3],
    activity_group: [imported('activity_groups'), 1],
    activity_log: imported('activity_logs'),
    activity_goal: imported('activity_goals'),
    schedule: [imported('assessment_schedules'), 0],
  });
});

test('both edit, delete and create while they are alone; after two syncs each they are the same', async () => {
  const account = await newAccount();
  const [a, b] = [newDevice(), newDevice()];
  const make = async (command: string, input: unknown): Promise<string> =>
    ((await a.value('call', command, JSON.stringify(input))) as { id: string }).id;
  const group = await make('create_activity_group', { name: 'Outside' });
  const walk = await make('create_activity', { group_id: group, name: 'Walk' });
  const swim = await make('create_activity', { group_id: group, name: 'Swim' });
  const phrase = await turnSyncOn(a, account);
  await b.value('call', 'enable_sync', JSON.stringify({ ...account, recovery_phrase: phrase }));

  const edit = (device: typeof a, input: unknown) =>
    device.value('call', 'update_activity', JSON.stringify(input));
  await edit(a, { id: walk, name: 'Long walk' });
  await edit(b, { id: walk, color: '#00aa00' });
  await edit(b, { id: walk, icon: '🌳' });
  await a.value('call', 'delete_activity', JSON.stringify({ id: swim }));
  await edit(b, { id: swim, color: '#0000aa' });
  for (const device of [a, b]) await device.value('call', 'log_mood', '{"mood_rating": 5}');
  for (const device of [a, b, a, b]) await device.value('sync');

  expect(await b.exportJson()).toBe(await a.exportJson());
  expect(await a.value('call', 'get_activities')).toMatchObject([
    { name: 'Long walk', color: '#00aa00', icon: '🌳' },
    { name: 'Swim', color: '#0000aa' },
  ]);
  expect(await b.value('call', 'get_mood_history')).toHaveLength(2);
});

/** Passes everything on to the service and keeps a copy of it. */
const listenIn = async (): Promise<{ url: string; heard: () => Buffer; stop: () => void }> => {
  const chunks: Buffer[] = [];
  const { port, hostname } = new URL(service.url);
  const tap = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        to.write(chunk);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.end());
    }
  }).listen(0, '127.0.0.1');
  await once(tap, 'listening');
  return {
    url: `http://127.0.0.1:${String((tap.address() as AddressInfo).port)}`,
    heard: () => Buffer.concat(chunks),
    stop: () => tap.close(),
  };
};

const filesIn = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

/** As text, base64 at each of its three offsets, hex, and UTF-16. */
const formsOf = (words: string): readonly Buffer[] => {
  const bytes = Buffer.from(words);
  const inBase64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [words, ...inBase64, bytes.toString('hex'), bytes.toString('hex').toUpperCase()]
    .map((text) => Buffer.from(text))
    .concat(Buffer.from(words, 'utf16le'));
};

test('[D11] nothing that a person wrote can be read on the wire, in the service or in its logs', async () => {
  const tap = await listenIn();
  const { api_key } = await newAccount();
  const account = { url: tap.url, api_key };
  const [a, b] = [newDevice(), newDevice()];
  const note = 'the lighthouse keeper forgot my birthday';
  const name = 'underwater basket weaving';
  const make = async (command: string, input: unknown): Promise<string> =>
    ((await a.value('call', command, JSON.stringify(input))) as { id: string }).id;
  const group = await make('create_activity_group', { name: 'secret pastimes of mine' });
  const activity = await make('create_activity', { group_id: group, name });
  await make('log_mood', { mood_rating: 2, notes: note, activity_ids: [activity] });
  await make('submit_assessment', {
    instrument: 'PHQ9',
    responses: [3, 3, 3, 3, 3, 3, 3, 3, 3],
    notes: note,
  });
  await a.value('import', 'original', HISTORY);
  const phrase = await turnSyncOn(a, account);
  await b.value('call', 'enable_sync', JSON.stringify({ ...account, recovery_phrase: phrase }));
  expect(await b.exportJson()).toBe(await a.exportJson());
  tap.stop();

  const device = filesIn(join(folder, `device-${String(devices)}`)).map((path) => readFileSync(path));
  expect(device.some((bytes) => bytes.includes(note))).toBe(true);

  const inService = filesIn(join(folder, 'service')).map((path) => ({ path, bytes: readFileSync(path) }));
  const places = [
    ...inService,
    { path: 'wire', bytes: tap.heard() },
    { path: 'log', bytes: Buffer.from(service.said()) },
  ];
  expect(tap.heard().length).toBeGreaterThan(1_000_000);
  const secrets = [note, name, 'secret pastimes of mine', activity, activity.replaceAll('-', ''), phrase];
  const types = [
    'mood_entry',
    'activity_log',
    'activity_goal',
    'mood_rating',
    'PHQ9',
    'GAD7',
    'CESD',
    'OASIS',
  ];
  for (const { path, bytes } of places) {
    for (const words of secrets) {
      for (const form of formsOf(words)) expect(bytes.includes(form), `${words} in ${path}`).toBe(false);
    }
    for (const type of types) {
      // Four characters may occur in Postgres's own files or by chance in base64; as text of ours they would be quoted.
      expect(bytes.includes(type.length > 5 ? type : `"${type}"`), `${type} in ${path}`).toBe(false);
    }
  }
});

test('[D11] keys and ids are in no log', async () => {
  const account = await newAccount();
  const a = newDevice();
  await a.value('call', 'log_mood', '{"mood_rating": 5}');
  await turnSyncOn(a, account);
  const logs = [service.said(), readFileSync(join(folder, 'service', 'postgres.log'), 'utf8')].join('\n');
  const [, keyId = '', secret = ''] = account.api_key.split('_');
  for (const mark of [keyId, secret, keyId.slice(0, 32)]) expect(logs).not.toContain(mark);
});
