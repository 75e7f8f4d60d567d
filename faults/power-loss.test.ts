/**
 * kill -9 of a device at random moments while it writes entries, imports, makes a backup or migrates its file: what
 * was answered is there, the file is sound, and the next start needs nobody's help. Kills: MHB_KILLS, 200 unless told.
 */
import { temporaryFolder } from '@mhb/device/testing';
import Driver from 'better-sqlite3-multiple-ciphers';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openHostedDevice } from '../apps/desktop/host/open-device.ts';
import { deviceMigrations, migrate } from '../packages/device/src/database/migrate.ts';
import { sql } from '../packages/device/src/database/sql.ts';
import { openSqlite } from '../packages/device/src/database/sqlite.ts';
import type { Work } from './writer-process.ts';

const KILLS = Number(process.env.MHB_KILLS ?? '200');
const PROGRAM = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

/** About how long each takes here from its beginning, so that a kill at a random moment of it hits it. */
const durations: Readonly<Record<Work, number>> = { entries: 400, backups: 400, import: 500, migration: 350 };
const works = Object.keys(durations) as readonly Work[];

/** Runs it, kills it, and answers the ids of the entries that were answered before. */
const killWhile = async (work: Work, dataDir: string): Promise<readonly string[]> => {
  const child = spawn(process.execPath, [PROGRAM, dataDir, work], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const told: string[] = [];
  const { promise: begun, resolve } = Promise.withResolvers<undefined>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (line === 'begins') resolve(undefined);
    // The last line of a killed process may be half a line; then it was not answered.
    else if (line.length === 36) told.push(line);
  });
  await Promise.race([begun, ended]);
  await wait(Math.random() * durations[work]);
  child.kill('SIGKILL');
  await ended;
  return told;
};

const OLD_ROWS = 20_000;

/** A folder as an earlier version left it, with enough in it that migrating takes a while. */
const makeOldFolder = (dataDir: string): void => {
  mkdirSync(dataDir, { mode: 0o700 });
  const database = openSqlite(join(dataDir, 'device.db'));
  migrate(database, deviceMigrations().slice(0, 2));
  database.transaction((tx) => {
    tx.run(sql`
      with recursive number (n) as (select 1 union all select n + 1 from number where n < ${OLD_ROWS})
      insert into mood_entry
        (id, mood_rating, mood_scale, recorded_at, time_zone, local_date, created_at)
      select printf('entry-%05d', n), 1 + n % 7, '1-7', '2025-01-01T00:00:00.000Z', 'Asia/Kathmandu', '2025-01-01',
        '2025-01-01T00:00:00.000Z'
      from number
    `);
    tx.run(sql`insert into record (id, kind, envelope, base) values ('entry', 'mood_entry', '{}', 0)`);
  });
  database.close();
};

const expectSound = (path: string): Driver.Database => {
  const file = new Driver(path);
  expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
  return file;
};

/** Whether the kill hit the work itself, as far as that leaves a trace; each file is sound all the same. */
const wasCutShort = (work: Work, dataDir: string): boolean => {
  const path = join(dataDir, 'device.db');
  if (!existsSync(path)) return false;
  const file = expectSound(path);
  try {
    if (work === 'migration') {
      const ran = file.prepare('select count(*) from migration').pluck().get();
      return ran === 2 && readdirSync(dataDir).includes('backups');
    }
    if (work === 'backups')
      return readdirSync(join(dataDir, 'backups')).some((name) => name.endsWith('.part'));
    if (work === 'import') return existsSync(join(dataDir, 'import-copy'));
    // Entries are written one after another until the kill.
    return true;
  } finally {
    file.close();
  }
};

/** Opens it as the app does, which finishes what was cut short. */
const openOnce = async (dataDir: string): Promise<void> => {
  const opened = await openHostedDevice({ dataDir });
  expect(opened).toMatchObject({ ok: true });
  if (opened.ok) opened.value.close();
};

test(`[O6] ${String(KILLS)} kills while writing, importing, backing up or migrating lose nothing that was answered`, async () => {
  const folder = temporaryFolder();
  const old = join(folder, 'old');
  makeOldFolder(old);
  const answered: string[] = [];
  const cutShort = new Map<Work, number>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const work = works[kill % works.length] ?? 'entries';
    const dataDir = work === 'migration' ? join(folder, `migrated-${String(kill)}`) : join(folder, 'device');
    if (work === 'migration') cpSync(old, dataDir, { recursive: true });
    answered.push(...(await killWhile(work, dataDir)));

    const path = join(dataDir, 'device.db');
    if (wasCutShort(work, dataDir)) cutShort.set(work, (cutShort.get(work) ?? 0) + 1);
    await openOnce(dataDir);
    const file = expectSound(path);
    if (work === 'migration') {
      const count = file.prepare(`select count(*) from mood_entry where wall_time = '05:45'`).pluck().get();
      expect(count).toBe(OLD_ROWS);
    } else {
      const held = new Set(file.prepare('select id from mood_entry').pluck().all());
      expect(answered.filter((id) => !held.has(id))).toEqual([]);
    }
    file.close();
    const backups = join(dataDir, 'backups');
    for (const name of existsSync(backups) ? readdirSync(backups) : []) {
      if (name.endsWith('.db')) expectSound(join(backups, name)).close();
    }
  }
  expect(answered.length).toBeGreaterThan(KILLS);
  console.log(
    `${String(answered.length)} check-ins answered before ${String(KILLS)} kills, none lost; cut short:`,
    cutShort,
  );
});
