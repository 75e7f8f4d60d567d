/**
 * Moments as the original app wrote them.
 *
 * Most are "2025-03-10 12:00:00", which is UTC though it doesn't say so; a log's time is RFC 3339 with up to nine
 * digits of fraction and any offset, or whatever somebody put there. Digits below the millisecond are cut off.
 */
import { type Instant, msOf, parseInstant } from '@mhb/core-domain';

const TIME =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:[T ](?<minute>\d{2}:\d{2})(?<second>:\d{2})?(?:[.,](?<fraction>\d+))?)?(?: ?(?<zone>Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2}))?$/i;

/** A day short of the years that four digits can write, so that the day in any zone can be written too. */
const EARLIEST_MS = Date.parse('0001-01-02T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-30T00:00:00.000Z');

/** What a cell says, where it says a time. A day alone is its first moment, as SQLite reads it. */
export const readTime = (cell: unknown): Instant | undefined => {
  const parts = typeof cell === 'string' ? TIME.exec(cell.trim())?.groups : undefined;
  if (parts === undefined) return undefined;
  const { day = '', minute = '00:00', second = ':00', fraction = '0', zone = 'Z' } = parts;
  const at = parseInstant(`${day}T${minute}${second}.${fraction.slice(0, 9)}${offsetOf(zone)}`);
  if (at === undefined) return undefined;
  return msOf(at) > EARLIEST_MS && msOf(at) < LATEST_MS ? at : undefined;
};

const offsetOf = (zone: string): string => {
  if (/^(?:Z|UTC)$/i.test(zone)) return 'Z';
  return zone.length === 3 ? `${zone}:00` : zone;
};

export interface RowTime {
  readonly at: Instant;
  readonly notes: readonly string[];
}

/** A time to fall back on, and what it is in words. */
export type StandIn = readonly [whatItIs: string, cell: unknown];

/**
 * The time of a column or, so that an entry isn't lost over it, the first of the stand-ins that can be read.
 * `undefined` where there is no time at all.
 */
export const rowTime = (column: string, cell: unknown, standIns: readonly StandIn[]): RowTime | undefined => {
  const own = readTime(cell);
  if (own !== undefined) return { at: own, notes: [] };
  for (const [whatItIs, other] of standIns) {
    const at = readTime(other);
    if (at !== undefined) return { at, notes: [`${column} is not a time; ${whatItIs} stands in for it`] };
  }
  return undefined;
};

/** Ids grow with time, so the row before is the nearest guess where a row has no other time. */
export const rowBefore = (before: Instant | undefined): StandIn => ['the time of the row before it', before];

export const NO_TIME = 'it has no time that can be read';
