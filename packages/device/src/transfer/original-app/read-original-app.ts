/**
 * Reads the database of the original app: every entry becomes an envelope, and every row is accounted for.
 *
 * The person's file is never opened: a private copy is, and it is removed at the end. Nothing here depends on the
 * clock or on chance, so the same file gives the same records on every device.
 */
import { err, ok, type Result, type TimeZone } from '@mhb/core-domain';
import { statSync } from 'node:fs';
import { openForeignFile } from '../../database/foreign-file.ts';
import { convertTables } from './convert-tables.ts';
import type { OriginalRecord } from './conversion.ts';
import { failure, type ForeignFileFailure, olderVersion } from './failures.ts';
import { SCHEMA_VERSION } from './names.ts';
import { withPrivateCopy } from './private-copy.ts';
import { type ImportReport, recordTables } from './report.ts';
import type { OriginalReminder } from './schedule-rows.ts';
import { findTables, type FoundTables, isOriginalApp } from './tables.ts';

export interface OriginalHistory {
  /** Groups before activities before everything else, so that a reference finds what it names. */
  readonly records: readonly OriginalRecord[];
  /** When reminders last came; state of this device, which doesn't sync. */
  readonly reminders: readonly OriginalReminder[];
  readonly report: ImportReport;
}

export interface OriginalFile {
  readonly path: string;
  /** The zone the person lived in: the file has UTC times only, and days are counted locally. */
  readonly timeZone: TimeZone;
  /** Where the private copy may stand; it must exist. */
  readonly temporaryFolder: string;
}

/** Never throws over anything in the file. A damaged one gives what can still be read. */
export const readOriginalApp = (original: OriginalFile): Result<OriginalHistory, ForeignFileFailure> =>
  withPrivateCopy(original, (copy) => {
    const found = readTables(copy);
    return found.ok ? ok(convertTables(found.value, original.timeZone)) : found;
  });

const readTables = (copy: string): Result<FoundTables, ForeignFileFailure> => {
  const opened = openForeignFile(copy);
  if (!opened.ok) return err(failure(opened.error === 'NotSqlite' ? 'NotADatabase' : 'FileDamaged'));
  const file = opened.value;
  try {
    if (!isOriginalApp(file)) return err(failure('NotADatabase'));
    const tables = findTables(file, statSync(copy).size);
    const version = versionOf(tables);
    if (version !== undefined && version < SCHEMA_VERSION) return err(olderVersion(version));
    return hasNothingButDamage(tables) ? err(failure('FileDamaged')) : ok(tables);
  } finally {
    file.close();
  }
};

/** `undefined` where damage hides it; then each table's columns show whether it can be read. */
const versionOf = ({ schema_migrations: { rows, isDamaged, isMissing } }: FoundTables): number | undefined =>
  isMissing || isDamaged ? undefined : rows.reduce((version, { id }) => Math.max(version, id), 0);

const hasNothingButDamage = (tables: FoundTables): boolean =>
  recordTables.every((table) => tables[table].rows.length === 0) &&
  recordTables.some((table) => tables[table].isDamaged || tables[table].isMissing);
