/** One owner per folder, and a lock that its owner's death opens. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeFolderLock } from './folder-lock.ts';
import { startOf } from './process-identity.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mhb-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const lockFile = (): string => join(folder, 'service.pid');

const take = () => {
  const attempt = takeFolderLock(folder, 'serve');
  if (attempt.type !== 'taken') throw new Error('the folder is held');
  return attempt.release;
};

test('[O6] a folder is taken once, and again when it was let go', () => {
  const release = take();
  expect(takeFolderLock(folder, 'command')).toEqual({
    type: 'held',
    owner: { pid: process.pid, purpose: 'serve' },
  });
  release();
  expect(readdirSync(folder)).toEqual([]);
  take();
});

test('[O6] the lock is readable by its owner alone, and nothing else is left beside it', () => {
  take();
  expect(statSync(lockFile()).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['service.pid']);
});

const gone = spawnSync(process.execPath, ['--version']).pid;
const stale = [
  { what: 'of a process that is gone', text: () => `${String(gone)} 1 serve\n` },
  { what: 'of a number that was given again', text: () => `${String(process.pid)} 1 serve\n` },
  { what: 'that is empty', text: () => '' },
  { what: 'that is not readable', text: () => 'what is this\n' },
];

test.each(stale)('[O6] a lock $what is taken over', ({ text }) => {
  writeFileSync(lockFile(), text());
  take();
  expect(readFileSync(lockFile(), 'utf8')).toBe(`${String(process.pid)} ${startOf(process.pid)} serve\n`);
  expect(readdirSync(folder)).toEqual(['service.pid']);
});

test('[O6] who lets go removes only the lock that is theirs', () => {
  const release = take();
  const others = `${String(process.ppid)} ${startOf(process.ppid)} serve\n`;
  writeFileSync(lockFile(), others);
  release();
  expect(readFileSync(lockFile(), 'utf8')).toBe(others);
});
