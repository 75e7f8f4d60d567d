/**
 * SYNC.md and the tests hold each other: every rule is named by a test or is listed as open, and a test names no
 * rule that SYNC.md does not have.
 */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { expect, test } from 'vitest';

const RULE = /^\*\*([RSMEDO]\d{1,2})\.\s/gm;
const OPEN = /^_Open:_/m;

const sections = readFileSync('SYNC.md', 'utf8').split(/^(?=\*\*[RSMEDO]\d{1,2}\.\s)/m);
const rules = sections.flatMap((text) => {
  const id = new RegExp(RULE.source, 'm').exec(text)?.[1];
  return id === undefined ? [] : [{ id, isOpen: OPEN.test(text), text }];
});

const namesByRule = new Map<string, string[]>();
for await (const file of glob('{packages,apps,house,faults,simulation,conformance}/**/*.test.ts', {
  exclude: ['**/node_modules/**'],
})) {
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
    /\b(?:test|describe)(?:\.\w+)?(?:\([^)]*\))?\(\s*["'`]([^"'`]+)/g,
  )) {
    for (const [, id = ''] of name.matchAll(/\[([RSMEDO]\d{1,2})\]/g)) {
      namesByRule.set(id, [...(namesByRule.get(id) ?? []), file]);
    }
  }
}

test('SYNC.md has every rule of the protocol, each once', () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const count = (letter: string): number => ids.filter((id) => id.startsWith(letter)).length;
  expect({
    R: count('R'),
    S: count('S'),
    M: count('M'),
    E: count('E'),
    D: count('D'),
    O: count('O'),
  }).toEqual({
    R: 3,
    S: 3,
    M: 6,
    E: 10,
    D: 13,
    O: 11,
  });
});

test.each(rules.filter(({ isOpen }) => !isOpen))(
  'rule $id is held by a test and says what enforces it',
  ({ id, text }) => {
    expect(namesByRule.get(id) ?? []).not.toEqual([]);
    expect(text).toMatch(/^_Enforced by:_ \S/m);
  },
);

test('no test names a rule that SYNC.md does not have', () => {
  const known = new Set(rules.map(({ id }) => id));
  expect([...namesByRule.keys()].filter((id) => !known.has(id))).toEqual([]);
});

test('rules that are not built yet are listed as open, and the README says so', () => {
  const open = rules.filter(({ isOpen }) => isOpen).map(({ id }) => id);
  const told = /Open rules: ([^\n.]+)\./.exec(readFileSync('README.md', 'utf8'))?.[1] ?? 'none';
  expect(open.join(', ') || 'none').toBe(told);
});
