/** Files that leave the app. None that is there already is written over without being asked to. */
import { err, ok, type Result } from '@mhb/core-domain';
import { lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

export interface ExportFile {
  /** Its name in the folder. */
  readonly file: string;
  readonly text: string;
}

export type NotExported =
  { readonly type: 'FilesExist'; readonly count: number } | { readonly type: 'FolderNotWritable' };

/** The folder is made where there is none. A full disk throws, as everywhere. */
export const writeExport = (
  folder: string,
  files: readonly ExportFile[],
  { replace }: { readonly replace: boolean },
): Result<void, NotExported> => (replace ? replaceFiles(folder, files) : addFiles(folder, files));

const addFiles = (folder: string, files: readonly ExportFile[]): Result<void, NotExported> => {
  const written: string[] = [];
  try {
    makeFolder(folder);
    const count = files.filter(({ file }) => isThere(join(folder, file))).length;
    if (count > 0) return err({ type: 'FilesExist', count });
    for (const { file, text } of files) {
      const path = join(folder, file);
      // `wx` writes over nothing, not even over what came there in the meantime, and follows no link.
      writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
      written.push(path);
      writeFileSync(path, text, { flush: true });
    }
    return ok(undefined);
  } catch (error) {
    // Half an export looks like a whole one, and would stand in the way of the next.
    for (const path of written) rmSync(path, { force: true });
    return refusalOf(error);
  }
};

const replaceFiles = (folder: string, files: readonly ExportFile[]): Result<void, NotExported> => {
  try {
    makeFolder(folder);
    for (const { file, text } of files) writeFileAtomic.sync(join(folder, file), text, { mode: 0o600 });
    return ok(undefined);
  } catch (error) {
    return refusalOf(error);
  }
};

// Only the last level: Node's way of making the ones above it never ends where the system says that there is no such place.
const makeFolder = (folder: string): void => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) mkdirSync(folder, { mode: 0o700 });
};

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const refusalOf = (error: unknown): Result<never, NotExported> => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // A full disk is told by the device, like any other one.
  if (code === undefined || code === 'ENOSPC' || code === 'EDQUOT') throw error;
  return err(
    code === 'EEXIST' && isFileInTheWay(error)
      ? { type: 'FilesExist', count: 1 }
      : { type: 'FolderNotWritable' },
  );
};

// Making a folder where a file stands fails with the same code as writing a file where one stands.
const isFileInTheWay = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'open';
