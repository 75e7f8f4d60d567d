/**
 * Marked texts go into every field for words, through two devices and a service, and are then looked for in everything
 * that is not a device: what the service and its Postgres wrote, what a dump would hold, and every byte on the line.
 * `MHB_MARKED` says how many texts; 1,000 without it.
 */
import { openTestDevice, secretsInMemory, temporaryFolder, type TestDevice } from '@mhb/device/testing';
import { connectSyncApi } from '@mhb/device';
import { openServiceDatabase } from '@mhb/sync-service';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAccount, startService } from '../simulation/programs.ts';
import { turnSyncOn } from '../simulation/world.ts';
import { openLine } from './listener.ts';
import { formsOf, MARK, marked, type Search, searchFolder, searchFor } from './marks.ts';

const TEXTS = Number(process.env.MHB_MARKED ?? '1000');
/** Given to the service in the clear, as the label of a key: what is there is found. */
const CONTROL = 'cOntrolMarkZwHqJ';

/** Enters this many texts: mostly notes of moods and of what was done, and every other field with words in it. */
const enterTexts = async (device: TestDevice, texts: number, from: number): Promise<void> => {
  let number = from;
  const next = (): string => {
    number += 1;
    return marked(number);
  };
  const idOf = async (command: string, input: unknown): Promise<string> =>
    ((await device.run(command, input)) as { readonly id: string }).id;
  while (number < from + texts) {
    const group_id = await idOf('create_activity_group', { name: next(), description: next() });
    await device.run('update_activity_group', { id: group_id, description: next() });
    const activity_id = await idOf('create_activity', { group_id, name: next(), icon: next() });
    await device.run('update_activity', { id: activity_id, name: next() });
    await device.run('submit_assessment', {
      instrument: 'OASIS',
      responses: [0, 1, 2, 3, 4],
      notes: next(),
      status: 'draft',
    });
    for (let entry = 0; entry < 60 && number < from + texts; entry += 1) {
      const mood = await idOf('log_mood', { mood_rating: 3, notes: next(), activity_ids: [activity_id] });
      await device.run('log_activity', { activity_id, notes: next() });
      if (entry % 10 === 0) await device.run('update_mood_checkin', { id: mood, notes: next() });
      if (entry % 20 === 0) await device.run('delete_mood_checkin', { id: mood });
    }
    device.clock.nowMs += 60_000;
  }
};

/** Each connection and direction has its own search, so that one's bytes don't come between another's. */
const listener = () => {
  const searches = new Map<Socket, readonly Search[]>();
  return {
    hear: (bytes: Buffer, from: Socket): void => {
      const found = searches.get(from) ?? [searchFor(MARK), searchFor(CONTROL)];
      searches.set(from, found);
      for (const search of found) search.feed(bytes);
    },
    found: (which: 0 | 1) => [...searches.values()].map((both) => both[which]?.found() ?? {}),
    bytes: () => [...searches.values()].reduce((sum, [first]) => sum + (first?.bytes() ?? 0), 0),
  };
};

const searchText = (text: string, mark: string): Search => {
  const search = searchFor(mark);
  search.feed(Buffer.from(text));
  return search;
};

/** Every table as a dump would write it: each row as text, and bytes in hex. */
const searchDump = async (dataDir: string, marks: readonly string[]): Promise<readonly Search[]> => {
  const { database, close } = await openServiceDatabase({
    url: undefined,
    dataDir,
    purpose: 'command',
    say: () => undefined,
  });
  const searches = marks.map(searchFor);
  const tables = await database.transaction('snapshot', (tx) =>
    tx.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    ),
  );
  for (const { name } of tables) {
    for (let offset = 0, rows = 1; rows > 0; offset += 5_000) {
      const page = await database.transaction('snapshot', (tx) =>
        tx.query<{ row: string }>(
          `select t::text as row from ${name} t order by ctid limit 5000 offset ${String(offset)}`,
        ),
      );
      rows = page.length;
      for (const { row } of page) for (const search of searches) search.feed(Buffer.from(`${row}\n`));
    }
  }
  await close();
  return searches;
};

test.each(Object.entries(formsOf(MARK)))('[E3] a mark is found as %s, wherever it lies', (name, form) => {
  const file = join(temporaryFolder(), 'planted');
  writeFileSync(file, Buffer.concat([Buffer.alloc(4 * 1024 * 1024 - 5), form, Buffer.alloc(99)]));
  expect(searchFolder(join(file, '..'), MARK).found()).toHaveProperty([name], 1);
  rmSync(file);
});

test(`[E3] of ${String(TEXTS)} marked texts none is found outside of the devices`, async () => {
  const folder = temporaryFolder();
  const dataDir = join(folder, 'service');
  const service = await startService(dataDir);
  const heard = listener();
  const line = await openLine(service.url, heard.hear);
  const account = { url: line.url, api_key: await createAccount(dataDir) };
  const openDevice = (name: string): Promise<TestDevice> =>
    openTestDevice({
      databasePath: join(folder, `${name}.db`),
      secrets: secretsInMemory(),
      connect: connectSyncApi,
    });
  const [a, b] = [await openDevice('a'), await openDevice('b')];
  const half = Math.ceil(TEXTS / 2);
  await enterTexts(a, half, 0);
  await enterTexts(b, TEXTS - half, half);
  const phrase = await turnSyncOn(a, account);
  await b.run('enable_sync', { ...account, recovery_phrase: phrase });
  await a.run('sync_now');
  const api = connectSyncApi({ url: account.url, apiKey: account.api_key });
  expect(await api.createKey({ label: CONTROL })).toMatchObject({ ok: true });
  expect(a.exportJson()).toBe(b.exportJson());
  expect(await a.run('get_sync_status')).toMatchObject({ pending: 0, quarantined: 0 });

  const [dump, dumpControl] = await searchDump(dataDir, [MARK, CONTROL]);
  a.close();
  b.close();
  await line.close();
  await service.stop();
  const log = service.said() + readFileSync(join(dataDir, 'postgres.log'), 'utf8');
  const outside = {
    line: Object.assign({}, ...heard.found(0)) as object,
    dump: dump?.found(),
    'data folder and write-ahead log': searchFolder(dataDir, MARK).found(),
    logs: searchText(log, MARK).found(),
  };
  expect(outside).toEqual({ line: {}, dump: {}, 'data folder and write-ahead log': {}, logs: {} });

  // The searches find what is there.
  const [control, inFolder] = [heard.found(1), searchFolder(dataDir, CONTROL).found()];
  expect(control.some(({ text = 0 }) => text > 0)).toBe(true);
  expect(inFolder).toHaveProperty('text');
  expect(dumpControl?.found()).toHaveProperty('text');
  const onDevices = searchFor(MARK);
  onDevices.feed(readFileSync(join(folder, 'a.db')));
  expect(onDevices.found().text).toBeGreaterThan(TEXTS / 2);
  if (process.env.MHB_FIGURES !== undefined)
    console.log(
      `${String(heard.bytes())} bytes on the line, ${String(onDevices.found().text)} marks on a device`,
    );
  rmSync(folder, { recursive: true });
});
