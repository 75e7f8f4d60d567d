/**
 * A table as CSV by RFC 4180: CRLF between lines, quotes where a cell needs them. A text that a spreadsheet would run
 * is made safe; numbers are written as they are.
 */
import { toSpreadsheetText } from '@mhb/core-domain';
import { stringify } from 'csv-stringify/sync';

/** Null is an empty cell. */
export type Cell = string | number | boolean | null;

/** The text of a cell, before it is quoted. */
export const cellText = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  return toSpreadsheetText(cell);
};

export const csvText = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  stringify([header, ...rows.map((row) => row.map(cellText))], {
    record_delimiter: 'windows',
    // A lone CR or LF ends a line for many readers; the library quotes only for CRLF.
    quoted_match: /[\r\n]/,
  });
