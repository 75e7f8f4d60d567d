/**
 * The CSV file that Daylio exports, row by row:
 *
 *   full_date,date,weekday,time,mood,activities,note_title,note
 *   2025-03-10,March 10,Monday,8:05 pm,good,walk | reading,,"It was fine"
 *
 * Columns are found by their names; others may stand between them. A row that can't be used is counted with its line.
 */
import { err, LocalDate, ok, type Result } from '@mhb/core-domain';
import { CsvError, parse } from 'csv-parse/sync';
import { readTextFile, type TextFileFailure } from '../text-file.ts';

export interface DaylioEntry {
  readonly date: LocalDate;
  /** "HH:MM", on the wall of the person's zone. */
  readonly time: string;
  /** As it stands in the file. */
  readonly mood: string;
  readonly activities: readonly string[];
  readonly notes: string | null;
}

export interface DaylioFile {
  /** In the order of the file, which is newest first. */
  readonly entries: readonly DaylioEntry[];
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
}

export type DaylioFailure =
  { readonly type: 'NotDaylio' } | { readonly type: 'CsvDamaged'; readonly line: number };

/** Decades of entries. */
const FILE_MIB_MAX = 32;

/** In UTF-16 units; what is longer could be kept here but not be sent. */
const ROW_TEXT_MAX = 35_000;

const ACTIVITIES_MAX = 1_000;

export const readDaylioFile = (path: string): Result<DaylioFile, DaylioFailure | TextFileFailure> => {
  const text = readTextFile(path, { mibMax: FILE_MIB_MAX });
  if (!text.ok) return text;
  const parsed = parseCsv(text.value);
  if (!parsed.ok) return parsed;
  const [header, ...rows] = parsed.value;
  const names = header?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  if (!['full_date', 'time', 'mood', 'activities'].every((name) => names.includes(name))) {
    return err({ type: 'NotDaylio' });
  }
  const entries: DaylioEntry[] = [];
  const skipped: { readonly line: number; readonly reason: string }[] = [];
  for (const { cells, line } of rows) {
    const entry = readRow(names, cells);
    if (entry.ok) entries.push(entry.value);
    else skipped.push({ line, reason: entry.error });
  }
  return ok({ entries, skipped });
};

interface CsvRow {
  readonly cells: readonly string[];
  /** The last line of the row, as an editor counts. */
  readonly line: number;
}

const parseCsv = (text: string): Result<readonly CsvRow[], DaylioFailure> => {
  const rows: CsvRow[] = [];
  try {
    parse(text, {
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines }) => {
        rows.push({ cells, line: lines });
        return undefined;
      },
    });
    return ok(rows);
  } catch (error) {
    // Its message repeats the cell it stumbled over; only the line is told.
    if (!(error instanceof CsvError)) throw error;
    return err({ type: 'CsvDamaged', line: typeof error.lines === 'number' ? error.lines : 1 });
  }
};

const readRow = (names: readonly string[], cells: readonly string[]): Result<DaylioEntry, string> => {
  if (cells.length !== names.length) return err('it has not as many cells as the header');
  const cellOf = (name: string): string => (cells[names.indexOf(name)] ?? '').trim();
  if (cells.reduce((sum, cell) => sum + cell.length, 0) > ROW_TEXT_MAX) {
    return err('its texts are longer than a record can be');
  }
  const date = LocalDate.safeParse(cellOf('full_date'));
  if (!date.success) return err('its full_date is not a day such as 2025-03-10');
  const time = readTimeOfDay(cellOf('time'));
  if (time === undefined) return err('its time is not a time of day such as 20:05 or 8:05 pm');
  const mood = cellOf('mood');
  if (mood === '') return err('it has no mood');
  const activities = cellOf('activities')
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (activities.length > ACTIVITIES_MAX) return err('it has more than 1,000 activities');
  const notes = [cellOf('note_title'), cellOf('note')].filter((part) => part !== '').join('\n\n');
  return ok({ date: date.data, time, mood, activities, notes: notes === '' ? null : notes });
};

const TIME = /^(?<hour>\d{1,2})[:.](?<minute>[0-5]\d)(?:\s*(?<half>[ap])\.?\s?m\.?)?$/i;

/** "HH:MM" of what stands in a cell; the space before am and pm may be any. */
export const readTimeOfDay = (text: string): string | undefined => {
  const { hour = '', minute = '', half } = TIME.exec(text)?.groups ?? {};
  if (minute === '') return undefined;
  const shown = Number(hour);
  if (half === undefined) return shown < 24 ? `${hour.padStart(2, '0')}:${minute}` : undefined;
  if (shown < 1 || shown > 12) return undefined;
  const hours = (shown % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return `${String(hours).padStart(2, '0')}:${minute}`;
};
