/**
 * Every row of a table that can still be had.
 *
 * In a damaged file a scan breaks off at the first bad page, while the pages after it are good. So a broken range
 * is read from both ends, and what remains between is halved until only the bad ids are left.
 *
 *   asc ─────▶ x ░░░░░ bad ░░░░░ x ◀───── desc
 */
import type { ForeignRow, RowRange, Scan } from '../../database/foreign-file.ts';

export interface Salvage {
  /** By id, upwards. */
  readonly rows: readonly ForeignRow[];
  /** Ids that lie in damaged places. At most so many rows are lost: some ids may have been deleted long ago. */
  readonly unreadable: number;
}

type ScanRange = (range: RowRange) => Scan;

/** What SQLite can store as an id. */
const ALL_IDS = { first: -(2n ** 63n), last: 2n ** 63n - 1n } as const;

/** A scan of a damaged page takes some microseconds, so this ends within a second or two. */
const SCANS_MAX = 20_000;

/** `greatestId` is what else is known about how far the ids go; 0 for nothing. */
export const salvage = (scan: ScanRange, greatestId: number): Salvage => {
  const upwards = scan({ ...ALL_IDS, order: 'asc' });
  if (!upwards.damaged) return { rows: byId(upwards.rows), unreadable: 0 };

  // Damage can make a row's id a great one; so the last two are looked at, and at worst a row is read twice.
  const last = Math.min(...upwards.rows.slice(-2).map(({ id }) => id), Number(ALL_IDS.last));
  const first = upwards.rows.length === 0 ? 1 : last + 1;
  const downwards = scan({ first: bound(first), last: ALL_IDS.last, order: 'desc' });
  const next = Math.max(...downwards.rows.slice(-2).map(({ id }) => id), 0);
  const end = downwards.rows.length === 0 ? Math.max(greatestId, first - 1) : next - 1;
  const between = halve(scan, { first, last: downwards.damaged ? end : 0 });
  return {
    rows: byId([...upwards.rows, ...between.rows, ...downwards.rows]),
    unreadable: between.unreadable,
  };
};

const byId = (rows: readonly ForeignRow[]): readonly ForeignRow[] =>
  [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => a.id - b.id);

const halve = (scan: ScanRange, whole: IdRange): Salvage => {
  const found = new Map<number, ForeignRow>();
  let unreadable = 0;
  let scans = 0;
  // A list of what is left to do instead of recursion: the later half waits, the earlier one is next.
  const waiting = [whole];
  for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
    const size = range.last - range.first + 1;
    if (size < 1) continue;
    if (scans >= SCANS_MAX) {
      unreadable += size;
      continue;
    }
    scans += 2;
    const gap = readEnds(scan, range, found);
    if (gap.first === gap.last) unreadable += 1;
    if (gap.first >= gap.last) continue;
    const middle = Math.floor((gap.first + gap.last) / 2);
    waiting.push({ first: middle + 1, last: gap.last }, { first: gap.first, last: middle });
  }
  return { rows: [...found.values()], unreadable };
};

interface IdRange {
  readonly first: number;
  readonly last: number;
}

const NOTHING_LEFT: IdRange = { first: 0, last: -1 };

/** Puts what it reads into `found`; what neither end reached is the answer. */
const readEnds = (scan: ScanRange, { first, last }: IdRange, found: Map<number, ForeignRow>): IdRange => {
  const upwards = scan({ first: bound(first), last: bound(last), order: 'asc' });
  for (const row of upwards.rows) found.set(row.id, row);
  if (!upwards.damaged) return NOTHING_LEFT;
  const start = (upwards.rows.at(-1)?.id ?? first - 1) + 1;
  const downwards = scan({ first: bound(start), last: bound(last), order: 'desc' });
  for (const row of downwards.rows) found.set(row.id, row);
  return { first: start, last: (downwards.rows.at(-1)?.id ?? last + 1) - 1 };
};

// Beyond 2^53 a number is not exact and may round to an id that SQLite can't store.
const bound = (id: number): bigint => {
  const exact = BigInt(id);
  return exact > ALL_IDS.last ? ALL_IDS.last : exact;
};
