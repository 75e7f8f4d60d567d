import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

test('what a spreadsheet would run is text, numbers stay numbers, and quotes are doubled', () => {
  expect(toCsv([['=1+1', '-5', '@x', 'a "b", c', 'two\nlines']])).toBe(
    `'=1+1,-5,'@x,"a ""b"", c","two\nlines"\r\n`,
  );
});

test('wide forms, apostrophes before a formula and lone line breaks are made safe like in an export', () => {
  expect(toCsv([['＝1+1', "'=1", '\nx', '-5.5', ' ']])).toBe(`'＝1+1,''=1,"'\nx",-5.5, \r\n`);
});
