/**
 * A table as CSV by RFC 4180: CRLF between lines, quotes where a cell needs them.
 *
 * A spreadsheet takes a text that begins with =, +, -, @, tab or a line break for a formula, and a formula can send
 * cells away. Such a text gets an apostrophe before it, which a spreadsheet hides; so does one that already has it
 * there, so that taking one apostrophe away always gives the text back. Numbers are written as they are.
 * Source: OWASP, "CSV Injection", which also names the wide forms of these characters.
 */
import { stringify } from 'csv-stringify/sync';

/** Null is an empty cell. */
export type Cell = string | number | boolean | null;

const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;

/** The text of a cell, before it is quoted. */
export const cellText = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  return FORMULA.test(cell) ? `'${cell}` : cell;
};

/** What a cell of text said before `cellText` made it safe. */
export const originalText = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;

export const csvText = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  stringify([header, ...rows.map((row) => row.map(cellText))], {
    record_delimiter: 'windows',
    // A lone CR or LF ends a line for many readers; the library quotes only for CRLF.
    quoted_match: /[\r\n]/,
  });
