/** What can be had from a table that breaks off, against a table whose bad ids are known. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RowRange, Scan } from '../../database/foreign-file.ts';
import { salvage } from './salvage.ts';

/** A table with rows at these ids that breaks off at every bad one, as a file does at a bad page. */
const tableOf = (ids: readonly number[], bad: ReadonlySet<number>): ((range: RowRange) => Scan) => {
  const inOrder = ids.toSorted((a, b) => a - b);
  return ({ first, last, order }) => {
    const wanted = inOrder.filter((id) => id >= first && id <= last);
    if (order === 'desc') wanted.reverse();
    const end = wanted.findIndex((id) => bad.has(id));
    return { rows: wanted.slice(0, end === -1 ? undefined : end).map((id) => ({ id })), damaged: end !== -1 };
  };
};

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const idsOf = ({ rows }: { readonly rows: readonly { readonly id: number }[] }): readonly number[] =>
  rows.map(({ id }) => id);

test('a whole table is read once, gaps are no damage', () => {
  let scans = 0;
  const scan = tableOf([1, 2, 7], new Set());
  const found = salvage({
    scan: (range) => {
      scans += 1;
      return scan(range);
    },
    isIntact: true,
    greatestId: 9,
  });
  expect(found).toEqual({ rows: [{ id: 1 }, { id: 2 }, { id: 7 }], unreadable: 0, isDamaged: false });
  expect(scans).toBe(1);
});

test('every good row is found, however the bad ones lie', () => {
  const table = fc.integer({ min: 1, max: 300 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      bad: fc.uniqueArray(fc.integer({ min: 1, max: count }), { minLength: 1 }),
      gone: fc.uniqueArray(fc.integer({ min: 1, max: count })),
    }),
  );
  fc.assert(
    fc.property(table, ({ count, bad, gone }) => {
      const ids = upTo(count).filter((id) => bad.includes(id) || !gone.includes(id));
      const good = ids.filter((id) => !bad.includes(id));
      const found = salvage({ scan: tableOf(ids, new Set(bad)), isIntact: false, greatestId: count });
      expect(idsOf(found)).toEqual(good);
      // Ids that were deleted long ago can't be told from lost ones.
      expect(found.unreadable).toBe(count - good.length);
      expect(found.isDamaged).toBe(true);
    }),
  );
});

test('where the file does not say how far the ids went, the rows do', () => {
  const scan = tableOf(upTo(100), new Set([40, 41]));
  const found = salvage({ scan, isIntact: false, greatestId: 0 });
  expect(idsOf(found)).toHaveLength(98);
  expect(found.unreadable).toBe(2);
});

test('a row with an impossible id is kept, and its id is not taken for the end of the table', () => {
  const scan = tableOf([...upTo(50), 2 ** 40], new Set([20]));
  const found = salvage({ scan, isIntact: false, greatestId: 0 });
  expect(idsOf(found)).toContain(2 ** 40);
  expect(found.unreadable).toBe(1);
});

test('a table where every id is bad ends before anybody gives up waiting', () => {
  let scans = 0;
  const scan = (): Scan => {
    scans += 1;
    return { rows: [], damaged: true };
  };
  expect(salvage({ scan, isIntact: false, greatestId: 50_000 })).toEqual({
    rows: [],
    unreadable: 50_000,
    isDamaged: true,
  });
  expect(scans).toBeLessThan(25_000);
});

test('a damaged table of any size is read', () => {
  const rows = upTo(300_000).map((id) => ({ id }));
  const scan = ({ first }: RowRange): Scan =>
    first < 0n ? { rows, damaged: false } : { rows: [], damaged: false };
  expect(salvage({ scan, isIntact: false, greatestId: 0 }).rows).toHaveLength(300_000);
});
