/**
 * Whatever happens to the bytes of a file: nothing throws, the file stays as it is, the books balance, no record is
 * made that the domain would refuse, and a table whose pages are whole is read whole.
 */
import { TimeZone } from '@mhb/core-domain';
import { entityOf } from '@mhb/core-domain/sync';
import fc from 'fast-check';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFile, temporaryFolder } from '../testing.ts';
import { copyOfFixture, FIXTURE } from './original-app.testing.ts';
import { type OriginalHistory, readOriginalApp } from './original-app/read-original-app.ts';
import { recordTables } from './original-app/report.ts';

const PAGE = 4_096;
const whole = readFileSync(FIXTURE);
const pages = whole.length / PAGE;
const folder = temporaryFolder();
const file = join(temporaryFolder(), 'damaged.db');

const read = (bytes: Buffer): ReturnType<typeof readOriginalApp> => {
  writeFileSync(file, bytes);
  return readOriginalApp({ path: file, timeZone: TimeZone.parse('Europe/Berlin'), temporaryFolder: folder });
};

const readWhole = (): OriginalHistory => {
  const history = read(whole);
  if (!history.ok) throw new Error('the fixture can be read');
  return history.value;
};
const base = readWhole();

/** Which table's own tree a page belongs to, from SQLite's own map of the file. */
const tableOfPage = new Map(
  inFile(copyOfFixture(), 'select name, pageno from dbstat').map(({ name, pageno }) => [
    Number(pageno),
    String(name),
  ]),
);

type Damage = (bytes: Buffer) => Buffer;
const onPage = fc.integer({ min: 0, max: pages - 1 });

const flip = fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }));
/** The first bytes of a page say how the rest is to be read, so that is where a flip does most. */
const flipInHeader = fc
  .tuple(onPage, fc.integer({ min: 0, max: 63 }), fc.integer({ min: 1, max: 255 }))
  .map(([page, at, mask]) => [page * PAGE + at, mask] as const);
const flips = fc
  .array(fc.oneof(flip, flipInHeader), { minLength: 1, maxLength: 12 })
  .map((changes): Damage => (bytes) => {
    for (const [at, mask] of changes) bytes[at]! ^= mask;
    return bytes;
  });
const overwrite = fc
  .tuple(onPage, fc.uint8Array({ minLength: 1, maxLength: PAGE }))
  .map(([page, content]): Damage => (bytes) => {
    bytes.set(content, page * PAGE);
    return bytes;
  });
const misplace = fc.tuple(onPage, onPage).map(([from, to]): Damage => (bytes) => {
  bytes.copyWithin(to * PAGE, from * PAGE, (from + 1) * PAGE);
  return bytes;
});
const truncate = fc.integer({ min: 0, max: whole.length }).map(
  (length): Damage =>
    (bytes) =>
      bytes.subarray(0, length),
);

const touchedPages = (bytes: Buffer): ReadonlySet<number> => {
  const touched = new Set<number>();
  for (let page = 0; page < pages; page += 1) {
    const [start, end] = [page * PAGE, (page + 1) * PAGE];
    if (!bytes.subarray(start, end).equals(whole.subarray(start, end))) touched.add(page + 1);
  }
  return touched;
};

const checkBooks = ({ records, report }: OriginalHistory): void => {
  for (const { read, imported, used, skipped, reasons } of report.tables) {
    expect(imported + used + skipped).toBe(read);
    expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(skipped);
  }
  const entries = report.tables.filter(({ table }) => table !== 'mood_checkin_activities');
  expect(records).toHaveLength(entries.reduce((sum, { imported }) => sum + imported, 0));
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
  for (const { id, envelope } of records) expect(entityOf(id, envelope)).toMatchObject({ ok: true });
};

/** The schema says where every table begins; without it a whole table can be lost. */
const checkLosses = ({ report }: OriginalHistory, touched: ReadonlySet<number>): void => {
  const touchedTables = new Set([...touched].map((page) => tableOfPage.get(page)));
  if (touched.has(1) || touchedTables.has('sqlite_schema')) return;
  for (const { table, read: rows, unreadable } of report.tables) {
    const before = base.report.tables.find((one) => one.table === table)!.read;
    if (!touchedTables.has(table)) expect([table, rows]).toEqual([table, before]);
    else if (recordTables.includes(table) && !touchedTables.has('sqlite_sequence')) {
      expect(before - rows).toBeLessThanOrEqual(unreadable);
    }
  }
};

test.each([
  ['flipped bytes', flips],
  ['an overwritten page', overwrite],
  ['a page in the place of another', misplace],
  ['a truncated end', truncate],
  [
    'all of it',
    fc.tuple(flips, overwrite, misplace, truncate).map(
      ([a, b, c, d]): Damage =>
        (bytes) =>
          d(c(b(a(bytes)))),
    ),
  ],
])('%s: what can be read is read, and nothing else is made of it', (_, damages) => {
  fc.assert(
    fc.property(damages, (damage) => {
      const damaged = damage(Buffer.from(whole));
      const history = read(damaged);
      expect(readFileSync(file).equals(damaged)).toBe(true);
      expect(readdirSync(folder)).toEqual([]);
      if (!history.ok) {
        expect(['NotADatabase', 'FileDamaged', 'OlderVersion']).toContain(history.error.type);
        return;
      }
      checkBooks(history.value);
      checkLosses(history.value, touchedPages(damaged));
    }),
    { numRuns: 20 },
  );
});
