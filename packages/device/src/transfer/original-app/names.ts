/**
 * The names of imported records: UUIDv5 over a namespace that comes from the file's content.
 *
 * Importing one file twice, or copies of it on two devices, must name the same records, so neither the path nor the
 * moment of the import may matter. Strangers' files share their integer ids, so no fixed namespace will do.
 *
 * [Note: What a file is known by] The times at which versions 1-6 of its schema were applied, and the first entry: of
 * the rows with the least id of five tables the earliest, with its table, id and time. Nothing that a person can edit
 * is in it, so drafts don't count. A file that grows stays the same file: a table that was empty gets a first row
 * too, but a later one, so taking the first rows of all five tables would rename every record when a person answers
 * their first questionnaire. Given up: where that one first row is erased from the file, or lies in a damaged place,
 * a second import makes new records; and two files that were set up in the same second and had their first entry of
 * the same table in the same second are taken for one.
 */
import { type Instant, RecordId } from '@mhb/core-domain';
import { DeviceId } from '@mhb/core-domain/sync';
import { createHash } from 'node:crypto';
import { v5 } from 'uuid';
import type { OriginalTable } from './report.ts';
import { readTime } from './times.ts';

export interface RowNames {
  readonly idOf: (table: OriginalTable, row: number) => RecordId;
  /** Stands in the stamps of imported records: the file is the device they were written on. */
  readonly importDevice: DeviceId;
  /** The count in their stamps. Most rows don't say when they were edited, but a newer copy of a file has more of them. */
  readonly edition: number;
}

/** The row with the least id of its table, drafts apart, and when it was made, as the file has it. */
export interface FirstRow {
  readonly table: OriginalTable;
  readonly id: number;
  readonly time: unknown;
}

export interface AppliedMigration {
  readonly id: number;
  readonly applied_at: unknown;
}

/** The last version of the original app that people had. */
export const SCHEMA_VERSION = 6;

/** What a stamp's count can hold. */
const EDITION_MAX = 0xffff;

export const rowNames = ({
  migrations,
  firstRows,
  rowCount,
}: {
  readonly migrations: readonly AppliedMigration[];
  readonly firstRows: readonly FirstRow[];
  /** Of all tables together. */
  readonly rowCount: number;
}): RowNames => {
  // A later version may still be applied to the file; it must not become another file by that.
  const applied = migrations
    .filter(({ id }) => id <= SCHEMA_VERSION)
    .map((row) => [row.id, String(row.applied_at)]);
  const times = firstRows.map(({ time }) => readTime(time) ?? NEVER);
  const earliest = times.reduce((least, time) => (time < least ? time : least), NEVER);
  const first = firstRows
    .filter((_, index) => times[index] === earliest)
    .map(({ table, id, time }) => [table, id, String(time)]);

  const digest = createHash('sha256')
    .update(JSON.stringify([applied, first]))
    .digest();
  const namespace = uuidOf(digest.subarray(0, 16));
  return {
    idOf: (table, row) => RecordId.parse(v5(`${table}/${String(row)}`, namespace)),
    importDevice: DeviceId.parse(digest.subarray(16, 24).toString('hex')),
    edition: Math.min(rowCount, EDITION_MAX),
  };
};

/** Later than every time, as text. */
const NEVER: Instant | '~' = '~';

// Version 8 is the one for "made in a way of one's own" (RFC 9562).
const uuidOf = (bytes: Buffer): string => {
  const hex = bytes.toString('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0b0011) | 0b1000).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
};
