/**
 * From a table's rows to records, row by row, with every row's fate.
 *
 * A row whose values are not of the right type is skipped with the name of the column, never with the value.
 */
import {
  type Entity,
  type EntityKind,
  type Instant,
  msOf,
  type RecordId,
  type Result,
  type TimeZone,
} from '@mhb/core-domain';
import { createEnvelope, deleteEnvelope, type Envelope, type Stamp, stampOf } from '@mhb/core-domain/sync';
import type { z } from 'zod';
import type { RowNames } from './names.ts';
import type { RowFate } from './report.ts';
import type { FoundRows } from './tables.ts';
import { type RowTime, rowTime } from './times.ts';

export interface OriginalRecord {
  readonly id: RecordId;
  readonly envelope: Envelope;
}

/** What the conversion of any row leans on. */
export interface Reading {
  readonly names: RowNames;
  readonly timeZone: TimeZone;
  /** The time of the row before, for a row that has none of its own; at first that of the file's beginning. */
  readonly before: Instant | undefined;
}

export interface Converted<Value> {
  readonly value: Value;
  /** When the row was made. */
  readonly at: Instant;
  readonly notes: readonly string[];
}

export interface Conversions<Row, Value> {
  readonly converted: readonly (Converted<Value> & { readonly row: Row })[];
  readonly fates: readonly RowFate[];
}

/** `convert` answers why a row can't be a record, in plain words. */
export const convertRows = <Row extends { readonly id: number }, Value>(
  reading: Reading,
  {
    rows,
    schema,
    convert,
  }: {
    readonly rows: FoundRows['rows'];
    readonly schema: z.ZodType<Row>;
    readonly convert: (reading: Reading, row: Row) => Result<Converted<Value>, string>;
  },
): Conversions<Row, Value> => {
  const converted: (Converted<Value> & { readonly row: Row })[] = [];
  const fates: RowFate[] = [];
  let before = reading.before;
  for (const found of rows) {
    if (textLengthOf(found) > ROW_TEXT_MAX) {
      fates.push({ row: found.id, reason: 'its texts are longer than a record can be', notes: [] });
      continue;
    }
    const row = schema.safeParse(found);
    if (!row.success) {
      fates.push({ row: found.id, reason: badColumn(row.error), notes: [] });
      continue;
    }
    const made = convert({ ...reading, before }, row.data);
    if (!made.ok) {
      fates.push({ row: found.id, reason: made.error, notes: [] });
      continue;
    }
    before = made.value.at;
    converted.push({ ...made.value, row: row.data });
    fates.push({ row: found.id, notes: [...made.value.notes, ...unreadableCharacters(found)] });
  }
  return { converted, fates };
};

/**
 * In UTF-16 units. The original's own limits end at 20,000, and what is longer could be kept here but not be sent: a
 * sealed record has at most 256 KiB, and a unit takes up to six bytes in it.
 */
const ROW_TEXT_MAX = 35_000;

const textLengthOf = (found: FoundRows['rows'][number]): number =>
  Object.values(found).reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 0), 0);

/** Why a row that its schema refuses is skipped. */
export const badColumn = (error: z.ZodError): string =>
  `the column ${String(error.issues[0]?.path[0] ?? 'id')} holds a value that is not allowed there`;

// Bytes that are no text come out of SQLite as this character.
const unreadableCharacters = (found: FoundRows['rows'][number]): readonly string[] =>
  Object.values(found).some((cell) => typeof cell === 'string' && cell.includes('\uFFFD'))
    ? ['some of its characters could not be read']
    : [];

/**
 * The record with the stamps of its own time: an import made today must not win over an edit made yesterday on
 * another device.
 */
export const originalRecord = <K extends EntityKind>(
  names: RowNames,
  kind: K,
  record: { readonly entity: Entity<K>; readonly writtenAt: Instant; readonly deletedAt: Instant | null },
): OriginalRecord => {
  const { entity, writtenAt, deletedAt } = record;
  const written = stampFor(writtenAt, names);
  const envelope = createEnvelope(kind, entity, written);
  if (deletedAt === null) return { id: entity.id, envelope };
  const deleted = stampFor(deletedAt, names);
  // A clock that ran back must not bring the entry to life: content that is later than its deletion is an edit.
  return {
    id: entity.id,
    envelope: deleteEnvelope(envelope, deletedAt, deleted > written ? deleted : written),
  };
};

const PLAUSIBLE_FROM_MS = Date.UTC(2000, 0, 1);
const PLAUSIBLE_TO_MS = Date.UTC(2100, 0, 1);

/** A time that can't be true gives the earliest stamp, so that it wins over no edit. The entry keeps its time. */
const stampFor = (at: Instant, { importDevice, edition }: RowNames): Stamp => {
  const ms = msOf(at);
  return stampOf(ms >= PLAUSIBLE_FROM_MS && ms < PLAUSIBLE_TO_MS ? ms : 0, edition, importDevice);
};

/** When a row was deleted. The original took every value but NULL for deleted, so junk is deleted too. */
export const deletionOf = (
  cell: unknown,
  createdAt: Instant,
): RowTime | { readonly at: null; readonly notes: readonly string[] } =>
  cell === null
    ? { at: null, notes: [] }
    : (rowTime('deleted_at', cell, [['created_at', createdAt]]) ?? { at: createdAt, notes: [] });

/** Empty text where text is optional is no text; everything else stays as it was. */
export const orNull = (text: string | null): string | null => (text === '' ? null : text);
