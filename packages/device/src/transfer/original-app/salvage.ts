/**
 * Every row of a table that can still be had.
 *
 * In a damaged file a scan breaks off at the first bad page, while the pages after it are good. So a damaged table is
 * read from both ends, and each stretch of ids that neither end reached is asked for by itself and halved as long as
 * it breaks off, until only bad ids are left.
 *
 *   asc ─────▶ x ░░░░░ bad ░░░░░ x ◀───── desc
 */
import type { ForeignRow, RowRange, Scan } from '../../database/foreign-file.ts';

export interface Salvage {
  /** By id, upwards. */
  readonly rows: readonly ForeignRow[];
  /** Ids of a damaged table without a row. At most so many rows are lost: some may have been deleted long ago. */
  readonly unreadable: number;
  readonly isDamaged: boolean;
}

export interface SalvageTable {
  readonly scan: (range: RowRange) => Scan;
  readonly isIntact: boolean;
  /** How far the ids went, as far as the file says; 0 where it doesn't. */
  readonly greatestId: number;
}

/** What SQLite can store as an id. */
const ALL_IDS = { first: -(2n ** 63n), last: 2n ** 63n - 1n } as const;

/** A scan that breaks off takes a tenth of a millisecond, so this ends within some seconds. */
const SCANS_MAX = 20_000;

export const salvage = ({ scan, isIntact, greatestId }: SalvageTable): Salvage => {
  const upwards = scan({ ...ALL_IDS, order: 'asc' });
  if (!upwards.damaged && isIntact) return { rows: upwards.rows, unreadable: 0, isDamaged: false };

  const rowById = new Map<number, ForeignRow>();
  const keep = (rows: readonly ForeignRow[]): void => {
    for (const row of rows) rowById.set(row.id, row);
  };
  keep(upwards.rows);
  keep(scan({ ...ALL_IDS, order: 'desc' }).rows);
  // Damage can give a row any id, so ids count only as far as the file says they went.
  const last = greatestId > 0 ? greatestId : lastInARow(rowById);

  const waiting = gapsIn(rowById, last).toReversed();
  for (let scans = 0; scans < SCANS_MAX; scans += 1) {
    const gap = waiting.pop();
    if (gap === undefined) break;
    const { rows, damaged } = scan({ first: BigInt(gap.first), last: BigInt(gap.last), order: 'asc' });
    keep(rows);
    if (damaged && gap.first < gap.last) waiting.push(...halvesOf(gap).toReversed());
  }
  const unreadable = gapsIn(rowById, last).reduce((sum, gap) => sum + gap.last - gap.first + 1, 0);
  return { rows: [...rowById.values()].sort((a, b) => a.id - b.id), unreadable, isDamaged: true };
};

interface Gap {
  readonly first: number;
  readonly last: number;
}

const gapsIn = (rowById: ReadonlyMap<number, ForeignRow>, last: number): readonly Gap[] => {
  const gaps: Gap[] = [];
  let first = 1;
  for (let id = 1; id <= last + 1; id += 1) {
    if (id <= last && !rowById.has(id)) continue;
    if (first < id) gaps.push({ first, last: id - 1 });
    first = id + 1;
  }
  return gaps;
};

const halvesOf = ({ first, last }: Gap): readonly Gap[] => {
  const middle = Math.floor((first + last) / 2);
  return [
    { first, last: middle },
    { first: middle + 1, last },
  ];
};

/** The greatest id that can be one: no table has more rows than ids it gave out, save for what was deleted. */
const lastInARow = (rowById: ReadonlyMap<number, ForeignRow>): number =>
  rowById
    .keys()
    .filter((id) => id <= 2 * rowById.size)
    .reduce((last, id) => Math.max(last, id), 0);
