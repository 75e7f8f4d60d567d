/**
 * Living records as CSV, one file per kind, for spreadsheets and statistics. It can't be read back; that is what the
 * JSON export is for. No file that is there already is written over without being asked to.
 */
import { type EntityKind, entityKinds, ok, type RecordId, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import type { Reader } from '../database/sql.ts';
import { countRecords } from '../changes/records.ts';
import type { DatabaseDep, ProgressDep } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { csvTables, type Column, type Names } from './csv-tables.ts';
import { csvText } from './csv-text.ts';
import { type ExportFile, type NotExported, writeExport } from './export-files.ts';
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

interface CsvFile extends ExportFile {
  readonly rows: number;
}

export const exportCsv = (
  { database, onProgress }: DatabaseDep & ProgressDep,
  { to, replace }: z.output<typeof ExportCsv>,
): Result<ExportedCsv, NotExported> => {
  const names = namesOf(database);
  const total = countRecords(database);
  let done = 0;
  const made = entityKinds.map((kind) => {
    const file = csvFile(database, kind, names);
    done += file.file.rows + file.deleted;
    onProgress({ step: 'export', done, total });
    return file;
  });
  const files = made.map(({ file }) => file);
  const written = writeExport(to, files, { replace });
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
