/**
 * What became of every row, for the person to check: counts and plain words, never what they wrote.
 *
 * The books balance: in every table `read = imported + used + skipped`. `used` are rows that are no records of
 * their own but told how to read the others. Rows lost to damage were never read, so `unreadable` stands apart.
 */

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

export interface SkipReason {
  readonly reason: string;
  readonly count: number;
  /** The integer ids of the first of them, so that somebody can look into the old file. */
  readonly rows: readonly number[];
}

export interface ImportNote {
  readonly note: string;
  readonly count: number;
}

export interface TableReport {
  readonly table: OriginalTable;
  readonly read: number;
  /** For links between check-ins and activities: how many stand in a check-in's list. */
  readonly imported: number;
  readonly used: number;
  readonly skipped: number;
  /** Ids in damaged places of the file: at most so many rows are lost. */
  readonly unreadable: number;
  readonly reasons: readonly SkipReason[];
  readonly notes: readonly ImportNote[];
}

export interface ImportReport {
  readonly tables: readonly TableReport[];
  /** The zone in which the days of entries were worked out. */
  readonly time_zone: string;
  /** Completed CES-D questionnaires whose total is another one when items 4, 8, 12 and 16 are reversed. */
  readonly cesd_rescored: number;
  /** OASIS questionnaires answered with the original app's own wording of the answers. */
  readonly oasis_legacy: number;
}

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
