/** docs/faults.md says of every fault which test holds it, or why none does; what it says is so. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const FAULTS = 92;
const INVARIANTS = 22;
const REASON = /(?:Only in part|Not tested|Does not apply)/;

const table = readFileSync('docs/faults.md', 'utf8');
const rows = [...table.matchAll(/^\| (F\d\d) +\| ([^|]+) \| (.+) \|$/gm)].map(([, id = '', , held = '']) => ({
  id,
  held,
}));
const named = [...table.matchAll(/`([^`]+\.test\.ts)` “([^”]+)”/g)].map(([, file = '', name = '']) => ({
  file,
  name,
}));

test('every row of the catalogue is there once, in order', () => {
  expect(rows.map(({ id }) => id)).toEqual(
    Array.from({ length: FAULTS }, (_, index) => `F${String(index + 1).padStart(2, '0')}`),
  );
});

test.each(rows)('$id names a test, or says why it has none', ({ held }) => {
  if (!held.includes('.test.ts` “')) expect(held).toMatch(REASON);
});

test('every invariant is there once, in order', () => {
  const invariants = [...table.matchAll(/^\| (\d+) [^|]+ \| [^|]+ \| .+ \|$/gm)].map(([, number]) =>
    Number(number),
  );
  expect(invariants).toEqual(Array.from({ length: INVARIANTS }, (_, index) => index + 1));
});

/** What stands in quotation marks in the code; a comment is no test. */
const textsOf = (file: string): string =>
  readFileSync(file, 'utf8')
    .replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')
    .match(/'[^'\n]*'|`[^`]*`|"[^"\n]*"/g)
    ?.join('\n') ?? '';

test.each(named)('$file has “$name”', ({ file, name }) => {
  expect(existsSync(file)).toBe(true);
  expect(textsOf(file)).toContain(name);
});
