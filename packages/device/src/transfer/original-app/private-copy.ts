/**
 * A private copy of a person's file, so that reading it can't write into it or beside it.
 *
 * The newest entries may stand in the write-ahead log or wait in a rollback journal, so these come along. The
 * shared memory file does not: SQLite builds it anew from the log.
 */
import { err, ok, type Result } from '@mhb/core-domain';
import { chmodSync, constants, copyFileSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failure, type ForeignFileFailure } from './failures.ts';

const SUFFIXES = ['', '-wal', '-journal'] as const;

/** A program that writes all the time would otherwise keep us copying for ever. */
const TRIES_MAX = 3;

/** Hands the copy's path to `read`, and removes the copy whatever happens. */
export const withPrivateCopy = <Value>(
  { path, temporaryFolder }: { readonly path: string; readonly temporaryFolder: string },
  read: (copy: string) => Result<Value, ForeignFileFailure>,
): Result<Value, ForeignFileFailure> => {
  const source = sourceOf(path);
  if (!source.ok) return source;

  const folder = copyFolder(temporaryFolder);
  try {
    removeLeftCopy(temporaryFolder);
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    return err(failureOf(error, 'NotCopied'));
  }
  try {
    const copy = join(folder, 'copy.db');
    const copied = copyUntilStill(source.value, copy);
    return copied.ok ? read(copy) : copied;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** One that was killed left its copy here. The folder belongs to one process at a time. */
export const removeLeftCopy = (temporaryFolder: string): void => {
  rmSync(copyFolder(temporaryFolder), { recursive: true, force: true });
};

const copyFolder = (temporaryFolder: string): string => join(temporaryFolder, 'import-copy');

// SQLite looks for the log beside the file that a link leads to, not beside the link.
const sourceOf = (path: string): Result<string, ForeignFileFailure> => {
  try {
    const source = realpathSync(path);
    // A pipe or a device could be read for ever.
    return statSync(source).isFile() ? ok(source) : err(failure('NotReadable'));
  } catch (error) {
    return err(failureOf(error, 'NotReadable'));
  }
};

/** File and log belong together only if neither changed while they were copied one after the other. */
const copyUntilStill = (source: string, copy: string): Result<void, ForeignFileFailure> => {
  try {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const before = stateOf(source);
      for (const suffix of SUFFIXES) copyPart(source + suffix, copy + suffix, suffix === '');
      if (stateOf(source) === before) return ok(undefined);
    }
    return err(failure('StillChanging'));
  } catch (error) {
    return err(failureOf(error, 'NotReadable'));
  }
};

const stateOf = (source: string): string =>
  SUFFIXES.map((suffix) => {
    const stat = statSync(source + suffix, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? 'none' : `${String(stat.ino)} ${String(stat.size)} ${String(stat.mtimeNs)}`;
  }).join('/');

const copyPart = (from: string, to: string, isRequired: boolean): void => {
  // What an earlier try left must not stand beside a newer file.
  rmSync(to, { force: true });
  if (!isRequired && statSync(from, { throwIfNoEntry: false }) === undefined) return;
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  // A copy has the mode of its source, and SQLite must be able to write to the copy.
  chmodSync(to, 0o600);
};

const failureOf = (error: unknown, otherwise: 'NotReadable' | 'NotCopied'): ForeignFileFailure => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === undefined) throw error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return failure('NotCopied');
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  return failure(isMissing && otherwise === 'NotReadable' ? 'NoSuchFile' : otherwise);
};
