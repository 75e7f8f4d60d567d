/**
 * The disk says that it failed, at one write or at one moment in which something should have reached it. The entry is
 * refused, and nothing more is written until the app is started again: after such a fault the system may take writes
 * for good that the disk never keeps. What was answered is shown all the while, and afterwards. Needs strace.
 */
import { temporaryFolder } from '@mhb/device/testing';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Told } from './failing-disk-process.ts';

const PROGRAM = fileURLToPath(new URL('./failing-disk-process.ts', import.meta.url));
const ENTRIES = 20;

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** Calls on a file that fail; `fails` counts them as strace's `when` does. */
interface Fault {
  readonly calls: string;
  readonly error: string;
  readonly fails: string;
}

const logMoods = (dataDir: string, count: number, fault?: { readonly file: string } & Fault): Told => {
  const node = [process.execPath, PROGRAM, dataDir, String(count)];
  const traced =
    fault === undefined
      ? node
      : [
          ...['strace', '-f', '-qq', '-o', '/dev/null', '-P', join(dataDir, fault.file)],
          ...['-e', `trace=${fault.calls}`],
          ...['-e', `inject=${fault.calls}:error=${fault.error}:when=${fault.fails}`, ...node],
        ];
  const [program = '', ...args] = traced;
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8' })) as Told;
};

/** A folder with one entry in it, so that opening it makes nothing new. */
const folderWithEntry = (): string => {
  const dataDir = join(temporaryFolder(), 'device');
  mkdirSync(dataDir, { mode: 0o700 });
  expect(logMoods(dataDir, 1).answered).toEqual(['entry 0']);
  return dataDir;
};

test.runIf(canTrace).each([
  { calls: 'fsync,fdatasync', error: 'EIO', fails: '5' },
  { calls: 'fsync,fdatasync', error: 'EIO', fails: '12' },
  { calls: 'fsync,fdatasync', error: 'EIO', fails: '12+' },
  { calls: 'pwrite64', error: 'EIO', fails: '40' },
  { calls: 'pwrite64', error: 'EIO', fails: '101' },
  { calls: 'pwrite64', error: 'EIO', fails: '150+' },
])('[O6] [F09] after $calls of the log failed (call $fails) nothing is written any more', (fault) => {
  const dataDir = folderWithEntry();
  const told = logMoods(dataDir, ENTRIES, { file: 'device.db-wal', ...fault });
  expect(told.refused.length).toBeGreaterThan(0);
  expect(told.answered).toHaveLength(ENTRIES - told.refused.length);
  expect(new Set(told.refused)).toEqual(new Set(['DiskFailed']));
  // None after the first refusal, although the disk takes them again.
  expect(told.answered).toEqual(told.answered.map((_, number) => `entry ${String(number)}`));
  expect(told.shown).toEqual(['entry 0', ...told.answered]);
  // Started again, with a disk that works: what was answered. The one that failed first is there too where the disk
  // kept its write and did not even let the log be taken back; of what came after it there is nothing.
  const after = logMoods(dataDir, 0).shown;
  const all = ['entry 0', ...told.answered, `entry ${String(told.answered.length)}`];
  expect([all, all.slice(0, -1)]).toContainEqual(after);
});

test.runIf(canTrace)('[O6] [F09] a disk that fails when the app is opened is told as such', () => {
  const dataDir = folderWithEntry();
  const fault = { file: 'device.db', calls: 'pread64', error: 'EIO', fails: '2+' };
  expect(logMoods(dataDir, 1, fault)).toEqual({ answered: [], refused: [], shown: 'DiskFailed' });
  expect(logMoods(dataDir, 0).shown).toEqual(['entry 0']);
});

test.runIf(canTrace)('[O6] [F19] a folder whose drive has no locks is refused, and left as it is', () => {
  const dataDir = folderWithEntry();
  const fault = { file: 'device.db', calls: 'fcntl', error: 'ENOLCK', fails: '1+' };
  const told = logMoods(dataDir, 1, fault);
  expect(told).toEqual({ answered: [], refused: [], shown: 'FolderInUse' });
  expect(logMoods(dataDir, 0).shown).toEqual(['entry 0']);
});
