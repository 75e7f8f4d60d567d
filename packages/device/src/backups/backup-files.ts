/** The folder of backups: one file per day, named after it, readable by its owner alone. */
import { LocalDate } from '@mhb/core-domain';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

export interface BackupFile {
  readonly day: LocalDate;
  readonly path: string;
  readonly bytes: number;
}

const NAME = /^device-(\d{4}-\d{2}-\d{2})\.db$/;

export const backupPath = (folder: string, day: LocalDate): string => join(folder, `device-${day}.db`);

/** Newest first. Whatever else lies in the folder is left alone. */
export const listBackupFiles = (folder: string): readonly BackupFile[] =>
  namesIn(folder)
    .flatMap((name) => {
      const day = LocalDate.safeParse(NAME.exec(name)?.[1]).data;
      if (day === undefined) return [];
      const path = join(folder, name);
      return [{ day, path, bytes: statSync(path).size }];
    })
    .toSorted((a, b) => (a.day < b.day ? 1 : -1));

/**
 * Lets `fill` write a file, which gets its name once it is whole and on the disk. One that was interrupted leaves a
 * part, which the next one replaces.
 */
export const writeBackupFile = (path: string, fill: (path: string) => void): void => {
  const folder = join(path, '..');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const part = `${path}.part`;
  removeParts(folder);
  // Made here, so that it never exists with a wider mode.
  closeSync(openSync(part, 'wx', 0o600));
  try {
    fill(part);
    flush(part);
    renameSync(part, path);
    flush(folder);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
};

/** What an interruption left. Nobody can restore it, and it may be in the clear. */
export const removeParts = (folder: string): void => {
  for (const name of namesIn(folder)) {
    if (/\.part(?:-journal)?$/.test(name)) rmSync(join(folder, name), { force: true });
  }
};

const flush = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};
