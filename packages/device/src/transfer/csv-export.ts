/**
 * Living records as CSV, one file per kind, for spreadsheets and statistics. It can't be read back; that is what the
 * JSON export is for. No file that is there already is written over without being asked to.
 */
import { type EntityKind, entityKinds, err, ok, type RecordId, type Result } from '@mhb/core-domain';
import { lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Reader } from '../database/sql.ts';
import type { DatabaseDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { csvTables, type Column, type Names } from './csv-tables.ts';
import { csvText } from './csv-text.ts';
import { listStates } from './list-states.ts';

export const ExportCsv = z.strictObject({
  to: z
    .string()
    .min(1)
    .max(4_096)
    .describe('The folder for the files; it is made where there is none, the one above it is not.'),
  replace: z.boolean().default(false).describe('Whether files of an earlier export may be written over.'),
});

export const ExportedCsv = z
  .strictObject({
    files: z.array(z.strictObject({ file: z.string(), rows: Count }).readonly()).readonly(),
    deleted_left_out: Count.describe('Records in the Trash, which stand in no file.'),
  })
  .readonly();
export type ExportedCsv = z.infer<typeof ExportedCsv>;

export type CsvExportFailure =
  { readonly type: 'FilesExist'; readonly count: number } | { readonly type: 'FolderNotWritable' };

interface CsvFile {
  readonly file: string;
  readonly rows: number;
  readonly text: string;
}

export const exportCsv = (
  { database }: DatabaseDep,
  { to, replace }: z.output<typeof ExportCsv>,
): Result<ExportedCsv, CsvExportFailure> => {
  const names = namesOf(database);
  const made = entityKinds.map((kind) => csvFile(database, kind, names));
  const files = made.map(({ file }) => file);
  const written = replace ? replaceFiles(to, files) : addFiles(to, files);
  if (!written.ok) return written;
  return ok({
    files: files.map(({ file, rows }) => ({ file, rows })),
    deleted_left_out: made.reduce((sum, { deleted }) => sum + deleted, 0),
  });
};

const csvFile = <K extends EntityKind>(
  db: Reader,
  kind: K,
  names: Names,
): { readonly file: CsvFile; readonly deleted: number } => {
  const columns: readonly Column<K>[] = csvTables[kind];
  const all = listStates(db, kind);
  const living = all.filter(({ deleted_at }) => deleted_at === null);
  const rows = living.map(({ entity }) => columns.map(({ cellOf }) => cellOf(entity, names)));
  const header = columns.map(({ name }) => name);
  return {
    file: { file: `${kind}.csv`, rows: rows.length, text: csvText(header, rows) },
    deleted: all.length - living.length,
  };
};

const namesOf = (db: Reader): Names =>
  new Map<RecordId, string>(
    (['activity', 'activity_group'] as const).flatMap((kind) =>
      listStates(db, kind).map(({ entity }) => [entity.id, entity.name] as const),
    ),
  );

const addFiles = (folder: string, files: readonly CsvFile[]): Result<void, CsvExportFailure> => {
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

const replaceFiles = (folder: string, files: readonly CsvFile[]): Result<void, CsvExportFailure> => {
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

const refusalOf = (error: unknown): Result<never, CsvExportFailure> => {
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
