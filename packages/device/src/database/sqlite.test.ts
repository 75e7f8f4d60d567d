/** How the file is opened: durable, private, checked, and one process at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openDataFolder } from '../data-folder.ts';
import { openDevice } from '../device.ts';
import { inFile, openTestDevice, temporaryFolder } from '../testing.ts';
import { openLock } from './lock.ts';
import { sql } from './sql.ts';
import { openSqlite } from './sqlite.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('[O6] commits reach the disk: WAL with synchronous FULL', () => {
  const database = openSqlite(join(temporaryFolder(), 'device.db'));
  expect(database.get(sql`select * from pragma_journal_mode`)).toEqual({ journal_mode: 'wal' });
  expect(database.get(sql`select * from pragma_synchronous`)).toEqual({ synchronous: 2 });
  const version = database.get<{ version: string }>(sql`select sqlite_version() as version`)?.version ?? '';
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  expect(major * 1_000_000 + minor * 1_000 + patch).toBeGreaterThanOrEqual(3_051_003);
  database.close();
});

test('[O6] the file and what SQLite puts beside it are for their owner alone', async () => {
  const path = join(temporaryFolder(), 'device.db');
  const device = await openTestDevice({ databasePath: path });
  await device.run('log_mood', { mood_rating: 3 });
  expect([path, `${path}-wal`, `${path}-shm`].map(modeOf)).toEqual(['600', '600', '600']);
  device.close();
});

test('every table is strict', async () => {
  const path = join(temporaryFolder(), 'device.db');
  (await openTestDevice({ databasePath: path })).close();
  const loose = inFile(
    path,
    `select name from pragma_table_list where type = 'table' and schema = 'main' and strict = 0`,
  );
  expect(loose.filter(({ name }) => !String(name).startsWith('sqlite_'))).toEqual([]);
});

test('a transaction that throws leaves nothing', () => {
  const database = openSqlite(':memory:');
  database.transaction((tx) => tx.run(sql`create table thing (name text) strict`));
  expect(() =>
    database.transaction((tx) => {
      tx.run(sql`insert into thing values ('one')`);
      throw new Error('a fault');
    }),
  ).toThrow('a fault');
  expect(database.all(sql`select name from thing`)).toEqual([]);
  database.close();
});

test('[O6] a second process is told that the folder is in use, and by which process', async () => {
  const folder = temporaryFolder();
  const first = openDataFolder(folder);
  const script = `
    import { openDataFolder } from ${JSON.stringify(new URL('../data-folder.ts', import.meta.url).href)};
    import { openLock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
    console.log(openLock(${JSON.stringify(join(folder, 'device.lock'))}, 0) === undefined ? 'held' : 'free');`;
  expect(first.ok).toBe(true);
  expect(await runModule(script)).toBe('held');
  expect(readFileSync(join(folder, 'device.pid'), 'utf8').trim()).toBe(String(process.pid));
  if (first.ok) first.value.release();
  expect(await runModule(script)).toBe('free');
});

test('[O6] a lock dies with its process, however that ends', async () => {
  const path = join(temporaryFolder(), 'device.lock');
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { openLock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
       openLock(${JSON.stringify(path)}, 0); console.log('locked'); setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('locked\n');
  expect(openLock(path, 0)).toBeUndefined();
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  const release = openLock(path, 0);
  expect(release).toBeDefined();
  release?.();
});

test('a damaged file is told as such and left as it is', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'device.db');
  const device = await openTestDevice({ databasePath: path });
  for (let count = 0; count < 60; count += 1) {
    await device.run('log_mood', { mood_rating: 3, notes: 'x'.repeat(500) });
  }
  device.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 8_192, 40_960);
  const damaged = join(folder, 'damaged.db');
  writeFileSync(damaged, bytes);
  for (const content of [bytes, Buffer.from('not a database at all'.repeat(100)), bytes.subarray(0, 5_000)]) {
    writeFileSync(damaged, content);
    const opened = await openDevice({ ...partsOfNothing, databasePath: damaged });
    expect(opened).toEqual({ ok: false, error: { type: 'FileDamaged' } });
    expect(readFileSync(damaged).equals(content)).toBe(true);
  }
});

test('a file of a newer version is not touched', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'device.db');
  (await openTestDevice({ databasePath: path })).close();
  inFile(path, `insert into migration (number, name, check_sum) values (99, '0099-later.sql', 'x')`);
  copyFileSync(path, join(folder, 'before.db'));
  const opened = await openDevice({ ...partsOfNothing, databasePath: path });
  expect(opened).toMatchObject({ ok: false, error: { type: 'NewerDatabase', found: 99 } });
  expect(inFile(path, 'select count(*) as count from migration')).toEqual(
    inFile(join(folder, 'before.db'), 'select count(*) as count from migration'),
  );
});

/** A device that nobody is meant to use: it does not open. */
const partsOfNothing: Omit<Parameters<typeof openDevice>[0], 'databasePath'> = {
  clock: { nowMs: () => 0 },
  timeZone: () => {
    throw new Error('not asked');
  },
  randomBytes: (length) => new Uint8Array(length),
  connect: () => {
    throw new Error('not asked');
  },
  backupFolder: join(temporaryFolder(), 'backups'),
  temporaryFolder: '',
  openSecrets: () => Promise.reject(new Error('not asked')),
  onProgress: () => undefined,
};

const runModule = async (script: string): Promise<string> => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (await text(child.stdout)).trim();
};
