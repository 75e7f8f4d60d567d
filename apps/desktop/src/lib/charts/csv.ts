/** A table as CSV (RFC 4180), safe to open in a spreadsheet. */
import { toSpreadsheetText } from '@mhb/core-domain';
import { stringify } from 'csv-stringify/browser/esm/sync';

/** What a table shows is text already; what is a number stays one, its sign included. */
const cell = (text: string): string =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? text : toSpreadsheetText(text);

/** Lines end with CRLF, the last one too. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => row.map(cell)),
    {
      record_delimiter: 'windows',
      // A lone CR or LF ends a line for many readers; the library quotes only for CRLF.
      quoted_match: /[\r\n]/,
    },
  );
