/** Whatever a person writes comes out of a CSV file as it went in, and no spreadsheet takes it for a formula. */
import { fromSpreadsheetText } from '@mhb/core-domain';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellText, csvText } from './csv-text.ts';

const pieces = [
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  "'",
  '"',
  ',',
  ';',
  ' ',
  '＝',
  '＠',
  '\uFEFF',
  '1',
  'a',
  'é',
  '😀',
];
const anyText = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme' }),
);
const header = ['first', 'second', 'third'];
const anyRows = fc.array(fc.tuple(anyText, anyText, anyText), { maxLength: 6 });

test('a CSV reader gives the same cells back', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const read = parse(csvText(header, rows), { record_delimiter: ['\r\n', '\n', '\r'] });
      expect(read[0]).toEqual(header);
      expect(read.slice(1).map((row) => row.map(fromSpreadsheetText))).toEqual(rows);
    }),
    { numRuns: 1_000 },
  );
});

test('no cell of text begins like a formula', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(cellText(text)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/u);
      expect(fromSpreadsheetText(cellText(text))).toBe(text);
    }),
    { numRuns: 1_000 },
  );
});

test('numbers stay numbers, also below zero, and nothing is an empty cell', () => {
  expect(csvText(['a', 'b', 'c', 'd'], [[-5, 1.5, null, false]])).toBe('a,b,c,d\r\n-5,1.5,,false\r\n');
});

test('each danger is met, and plain words stay as they are', () => {
  const texts = ['=1', '+1', '-1', '@a', '\ta', '\ra', "'=1", "'tis", 'a=1', '1-2'];
  expect(texts.map(cellText)).toEqual([
    "'=1",
    "'+1",
    "'-1",
    "'@a",
    "'\ta",
    "'\ra",
    "''=1",
    "'tis",
    'a=1',
    '1-2',
  ]);
});
