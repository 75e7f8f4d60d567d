/**
 * The folder a device lives in. It belongs to one person (mode 0700) and to one process at a time (rule O6): the
 * lock is one of the operating system's, so a process that was killed leaves none behind.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openLock } from './database/lock.ts';

export interface DataFolder {
  readonly databasePath: string;
  readonly secretsPath: string;
  /** Lets the next process in. */
  readonly release: () => void;
}

export type DataFolderFailure =
  | { readonly type: 'NotAFolder' }
  | { readonly type: 'AnotherOwner' }
  | { readonly type: 'NoAccess' }
  | { readonly type: 'DiskFull' }
  /** Which process has it, where that is known. */
  | { readonly type: 'FolderInUse'; readonly pid: number | null };

/** How a command asks a program that stays open to step aside for it; which one it is, does not matter. */
const WANTED = 'device.wanted';

/** Whether another command waits for the folder. */
export const isFolderWanted = (path: string): boolean => existsSync(join(path, WANTED));

/**
 * Makes the folder where there is none, and takes the lock. Waits a moment for a command that is just ending, and asks
 * one that stays open to step aside, ten seconds where nothing else is said; `patient: false` does neither.
 */
export const openDataFolder = (
  path: string,
  {
    patient = true,
    patienceMs,
  }: { readonly patient?: boolean; readonly patienceMs?: number | undefined } = {},
): Result<DataFolder, DataFolderFailure> => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const problem = ownershipProblem(path);
    if (problem !== undefined) return err(problem);
    // A folder that was made by hand may be open to others.
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);

    const lock = join(path, 'device.lock');
    const release = openLock(lock, 0) ?? (patient ? waitFor(path, lock, patienceMs) : undefined);
    if (release === undefined) return err({ type: 'FolderInUse', pid: readOwner(path) });
    // Left by one that was killed while it waited, it would have others step aside for nobody.
    rmSync(join(path, WANTED), { force: true });
    writeFileSync(join(path, 'device.pid'), `${String(process.pid)}\n`, { mode: 0o600 });
    return ok({ databasePath: join(path, 'device.db'), secretsPath: join(path, 'secrets.json'), release });
  } catch (error) {
    return err(folderFailure(error));
  }
};

const waitFor = (path: string, lock: string, patienceMs: number | undefined): (() => void) | undefined => {
  const wanted = join(path, WANTED);
  writeFileSync(wanted, '', { mode: 0o600 });
  try {
    return openLock(lock, patienceMs);
  } finally {
    rmSync(wanted, { force: true });
  }
};

const ownershipProblem = (path: string): DataFolderFailure | undefined => {
  const uid = process.getuid?.();
  if (!statSync(path).isDirectory()) return { type: 'NotAFolder' };
  if (uid === undefined) return undefined;
  if (statSync(path).uid !== uid) return { type: 'AnotherOwner' };
  const database = lstatSync(join(path, 'device.db'), { throwIfNoEntry: false });
  // A link could lead what is written here to somebody else's file.
  if (database?.isSymbolicLink() === true) return { type: 'AnotherOwner' };
  if (database !== undefined && database.uid !== uid) return { type: 'AnotherOwner' };
  return undefined;
};

const readOwner = (path: string): number | null => {
  try {
    return Number.parseInt(readFileSync(join(path, 'device.pid'), 'utf8'), 10) || null;
  } catch {
    return null;
  }
};

const folderFailure = (error: unknown): DataFolderFailure => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST' || code === 'ENOTDIR') return { type: 'NotAFolder' };
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return { type: 'NoAccess' };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return { type: 'DiskFull' };
  throw error;
};
