/**
 * What became of every row, for the person to check: counts and plain words, never what they wrote.
 *
 * The books balance: in every table `read = imported + used + skipped`. `used` are rows that are no records of
 * their own but told how to read the others. Rows lost to damage were never read, so `unreadable` stands apart.
 */
import { TimeZone } from '@mhb/core-domain';
import { z } from 'zod';
import { Count } from '../../entity-answers.ts';

/** The tables of an original app, in the order of its documents. */
export const originalTables = [
  'schema_migrations',
  'assessment_types',
  'assessment_responses',
  'activity_groups',
  'activities',
  'mood_checkins',
  'mood_checkin_activities',
  'activity_logs',
  'activity_goals',
  'assessment_schedules',
] as const;
export type OriginalTable = (typeof originalTables)[number];

const usedTables: ReadonlySet<OriginalTable> = new Set(['schema_migrations', 'assessment_types']);

/** Where a person's own entries stand. */
export const recordTables = originalTables.filter((table) => !usedTables.has(table));

const SkipReason = z
  .strictObject({
    reason: z.string(),
    count: Count,
    // SQLite numbers rows beyond what a JavaScript number holds exactly.
    rows: z
      .array(z.number())
      .readonly()
      .describe('The ids of the first of them in the old file, so that somebody can look into it.'),
  })
  .readonly();
type SkipReason = z.infer<typeof SkipReason>;

const ImportNote = z.strictObject({ note: z.string(), count: Count }).readonly();
type ImportNote = z.infer<typeof ImportNote>;

const TableReport = z
  .strictObject({
    table: z.enum(originalTables),
    read: Count.describe('Rows in the file: imported + used + skipped.'),
    imported: Count.describe(
      'For links between check-ins and activities: how many stand in a check-in’s list.',
    ),
    used: Count.describe('Rows that are no records of their own but told how to read the others.'),
    skipped: Count,
    unreadable: Count.describe('Ids in damaged places of the file: at most so many rows are lost.'),
    reasons: z.array(SkipReason).readonly(),
    notes: z.array(ImportNote).readonly(),
  })
  .readonly();
export type TableReport = z.infer<typeof TableReport>;

export const ImportReport = z
  .strictObject({
    tables: z.array(TableReport).readonly(),
    time_zone: TimeZone.describe('The zone in which the days of entries were worked out.'),
    cesd_rescored: Count.describe(
      'Completed CES-D questionnaires whose total is another one when items 4, 8, 12 and 16 are reversed.',
    ),
    oasis_legacy: Count.describe(
      'OASIS questionnaires answered with the original app’s own wording of the answers.',
    ),
  })
  .readonly();
export type ImportReport = z.infer<typeof ImportReport>;

/** One row's fate: `reason` where it was skipped. */
export interface RowFate {
  readonly row: number;
  readonly reason?: string;
  readonly notes: readonly string[];
}

const ROWS_NAMED_MAX = 20;

export const tableReport = (
  table: OriginalTable,
  {
    fates,
    unreadable,
    notes = [],
  }: { readonly fates: readonly RowFate[]; readonly unreadable: number; readonly notes?: readonly string[] },
): TableReport => {
  const isUsed = usedTables.has(table);
  const skipped = fates.filter(({ reason }) => reason !== undefined).length;
  const kept = fates.length - skipped;
  return {
    table,
    read: fates.length,
    imported: isUsed ? 0 : kept,
    used: isUsed ? kept : 0,
    skipped,
    unreadable,
    reasons: reasonsOf(fates),
    notes: countNotes([...notes, ...fates.flatMap((fate) => fate.notes)]),
  };
};

const reasonsOf = (fates: readonly RowFate[]): readonly SkipReason[] => {
  const rowsByReason = new Map<string, number[]>();
  for (const { row, reason } of fates) {
    if (reason === undefined) continue;
    const rows = rowsByReason.get(reason);
    if (rows === undefined) rowsByReason.set(reason, [row]);
    else rows.push(row);
  }
  return [...rowsByReason].map(([reason, rows]) => ({
    reason,
    count: rows.length,
    rows: rows.slice(0, ROWS_NAMED_MAX),
  }));
};

const countNotes = (notes: readonly string[]): readonly ImportNote[] => {
  const countByNote = new Map<string, number>();
  for (const note of notes) countByNote.set(note, (countByNote.get(note) ?? 0) + 1);
  return [...countByNote].map(([note, count]) => ({ note, count }));
};
