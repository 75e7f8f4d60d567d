/** The names of imported records come from what a file is, and from nothing that may change. */
import { RecordId } from '@mhb/core-domain';
import { expect, test } from 'vitest';
import { type AppliedMigration, type FirstRow, rowNames } from './names.ts';
import { originalTables } from './report.ts';

const migrations: readonly AppliedMigration[] = [1, 2, 3, 4, 5, 6].map((id) => ({
  id,
  applied_at: '2025-01-01 08:00:00',
}));
const first: FirstRow = { table: 'mood_checkins', id: 1, time: '2025-01-02 09:00:00' };
const names = rowNames({ migrations, firstRows: [first], rowCount: 12 });

test('[R1] every row of every table has a name of its own, and always the same', () => {
  const all = originalTables.flatMap((table) =>
    [-1, 0, 1, 2, 11, 2 ** 53].map((row) => names.idOf(table, row)),
  );
  expect(new Set(all).size).toBe(all.length);
  for (const id of all) expect(RecordId.parse(id)[14]).toBe('5');
  const again = rowNames({ migrations, firstRows: [first], rowCount: 12 });
  expect(again.idOf('activities', 7)).toBe(names.idOf('activities', 7));
});

test.each([
  ['a later migration', { migrations: [...migrations, { id: 7, applied_at: '2026-01-01 08:00:00' }] }],
  ['more rows', { rowCount: 13 }],
  [
    'a later first row of another table',
    {
      firstRows: [first, { table: 'activities', id: 1, time: '2025-01-02 09:00:01' }],
    },
  ],
  ['a first row without a time', { firstRows: [first, { table: 'activities', id: 1, time: null }] }],
] as const)('[R1] %s does not make it another file', (_, change) => {
  const changed = rowNames({ migrations, firstRows: [first], rowCount: 12, ...change });
  expect(changed.idOf('activities', 7)).toBe(names.idOf('activities', 7));
  expect(changed.importDevice).toBe(names.importDevice);
});

test.each([
  [
    'set up in another second',
    {
      migrations: migrations.map(({ id }) => ({ id, applied_at: '2025-01-01 08:00:01' })),
    },
  ],
  ['with another first entry', { firstRows: [{ ...first, time: '2025-01-02 09:00:01' }] }],
  ['with a first entry in another table', { firstRows: [{ ...first, table: 'activities' }] }],
] as const)('[R1] a file %s has other names', (_, change) => {
  const other = rowNames({ migrations, firstRows: [first], rowCount: 12, ...change });
  expect(other.idOf('activities', 7)).not.toBe(names.idOf('activities', 7));
  expect(other.importDevice).not.toBe(names.importDevice);
});

test('[S1] the number of rows always fits into a stamp', () => {
  expect(rowNames({ migrations, firstRows: [first], rowCount: 10_000_000 }).edition).toBe(0xffff);
});
