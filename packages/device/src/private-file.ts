/**
 * Small files that only their owner reads, replaced whole or not at all. A link, or a file of somebody else, is not
 * followed: it would put what is written where others choose.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

const OWNER_ONLY = 0o600;
const onWindows = process.platform === 'win32';
const OPEN_NO_LINK = fs.constants.O_RDONLY | (onWindows ? 0 : fs.constants.O_NOFOLLOW);

export type PrivateFileProblem = 'NoAccess' | 'AnotherOwner' | 'NotAFile';

/** `undefined` where there is no such file. Windows has no such modes; there the person's own folder is closed to others. */
export const readPrivateFile = (path: string): Result<string | undefined, PrivateFileProblem> => {
  let file: number | undefined;
  try {
    // Before opening, as opening a pipe would wait for ever.
    if (!fs.lstatSync(path).isFile()) return err('NotAFile');
    file = fs.openSync(path, OPEN_NO_LINK);
    const { uid, mode } = fs.fstatSync(file);
    if (process.getuid !== undefined && uid !== process.getuid()) return err('AnotherOwner');
    // A copy that came back from a backup may have been left open to others.
    if (!onWindows && (mode & 0o077) !== 0) fs.fchmodSync(file, OWNER_ONLY);
    return ok(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? ok(undefined) : err('NoAccess');
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
};

/** On the disk when it returns. Throws what the system says; the file is then as it was. */
export const writePrivateFile = (path: string, text: string): void => {
  writeFileAtomic.sync(path, text, { mode: OWNER_ONLY, fsync: true });
  syncFolderOf(path);
};

/** Where there is none, nothing is done. */
export const removePrivateFile = (path: string): void => {
  if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  fs.rmSync(path, { force: true });
  syncFolderOf(path);
};

/** Renaming and removing survive a power cut only once the folder itself is on the disk. Windows can't do this. */
const syncFolderOf = (path: string): void => {
  if (onWindows) return;
  const folder = fs.openSync(dirname(path), 'r');
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
