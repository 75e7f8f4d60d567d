/**
 * Encrypted SQLite files: ChaCha20-Poly1305 on each page (SQLite3 Multiple Ciphers), under a key of 32 random bytes
 * that is used as it is, so no time goes into deriving one.
 */
import Driver from 'better-sqlite3-multiple-ciphers';
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** How every file begins that is not encrypted (https://www.sqlite.org/fileformat.html). */
const PLAIN_HEADER = 'SQLite format 3\0';

/** Whether the file is SQLite's in the clear. An encrypted or damaged one is not, and neither is an empty one. */
export const isPlainFile = (path: string): boolean => {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(PLAIN_HEADER.length);
    readSync(file, header, 0, header.length, 0);
    return header.toString('latin1') === PLAIN_HEADER;
  } finally {
    closeSync(file);
  }
};

export interface KeyedFile {
  readonly path: string;
  readonly key: Uint8Array | undefined;
}

/** Writes the file `from` under another key into `to`, which must not exist or be empty. Only a whole copy stays. */
export const copyFileWithKey = (from: KeyedFile, to: KeyedFile): void => {
  const driver = new Driver(from.path, { fileMustExist: true });
  try {
    useKey(driver, from.key);
    copyWithKey({ driver, key: from.key }, to);
  } finally {
    driver.close();
  }
};

export interface OpenFile {
  readonly driver: Driver.Database;
  readonly key: Uint8Array | undefined;
}

export const copyWithKey = ({ driver, key: keyNow }: OpenFile, { path, key }: KeyedFile): void => {
  removeWithLogs(path);
  closeSync(openSync(path, 'wx', 0o600));
  try {
    // Under the old key at first, as `vacuum into` knows no other.
    driver.prepare('vacuum into ?').run(path);
    const copy = new Driver(path, { fileMustExist: true });
    try {
      useKey(copy, keyNow);
      // A copy that is interrupted is thrown away, so it needs no journal.
      copy.pragma('journal_mode = off');
      copy.pragma(`rekey = "${key === undefined ? '' : pragmaKey(key)}"`);
    } finally {
      copy.close();
    }
    proveItOpens(path, key);
    flush(path);
  } catch (error) {
    removeWithLogs(path);
    throw error;
  }
};

const proveItOpens = (path: string, key: Uint8Array | undefined): void => {
  const copy = new Driver(path, { fileMustExist: true, readonly: true });
  try {
    useKey(copy, key);
    const found = String(copy.pragma('quick_check(1)', { simple: true }));
    if (found !== 'ok') throw new Driver.SqliteError('the copy is damaged', 'SQLITE_CORRUPT');
  } finally {
    copy.close();
  }
};

/** The first thing that is said to a driver. A wrong key shows when something is read. */
export const useKey = (driver: Driver.Database, key: Uint8Array | undefined): void => {
  // Named, so that another default of a later version opens the same files.
  driver.pragma(`cipher = 'chacha20'`);
  if (key !== undefined) driver.pragma(`key = "${pragmaKey(key)}"`);
};

const pragmaKey = (key: Uint8Array): string => `x'${Buffer.from(key).toString('hex')}'`;

/** Brings everything that is committed into the file itself and closes it, so that another may take its name. */
export const closeForGood = (driver: Driver.Database, path: string): void => {
  const [state] = driver.pragma('wal_checkpoint(truncate)') as readonly { readonly busy: number }[];
  if (state?.busy !== 0) {
    throw new Driver.SqliteError('somebody else has the file open', 'SQLITE_BUSY');
  }
  driver.close();
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
};

export const renameWhole = (part: string, path: string): void => {
  renameSync(part, path);
  flush(dirname(path));
};

const removeWithLogs = (path: string): void => {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
};

const flush = (path: string): void => {
  // Windows can't do this for a folder.
  if (process.platform === 'win32') return;
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
