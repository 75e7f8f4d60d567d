/**
 * Ids and stamps of what comes from Daylio. Its file has no ids, so an entry is known by the day and minute it was
 * made for, as the file writes them, and an activity by its name. Neither the zone of the import nor the name of the
 * file matters.
 *
 * Given up: an entry whose time was changed in Daylio after an import comes in as another one.
 */
import { type LocalDate, RecordId } from '@mhb/core-domain';
import { DeviceId, type Stamp, stampOf } from '@mhb/core-domain/sync';
import { v5 } from 'uuid';

/** One for everybody: what has it stays within one person's own records. */
const NAMESPACE = '6d8f2f6e-5c0b-4b52-9f39-1c1d8e0a7d11';

/** Stands in the stamps: the file is the device they were written on. */
const IMPORT_DEVICE = DeviceId.parse('00000000da711000');

const EDITION_MAX = 0xffff;
const PLAUSIBLE_FROM_MS = Date.UTC(2000, 0, 1);
const PLAUSIBLE_TO_MS = Date.UTC(2100, 0, 1);

export interface WallTime {
  readonly date: LocalDate;
  readonly time: string;
}

/** Of entries of one minute, `number` counts from the oldest, so that a new one leaves the others their names. */
export const entryId = ({ date, time }: WallTime, number: number): RecordId =>
  RecordId.parse(v5(`entry/${date} ${time}/${String(number)}`, NAMESPACE));

/** `number` is greater than 1 where the ids before it can't be used any more. */
export const namedId = (kind: 'activity' | 'group', nameKey: string, number: number): RecordId =>
  RecordId.parse(v5(`${kind}/${nameKey}/${String(number)}`, NAMESPACE));

/**
 * The wall time as if it were UTC, so that every zone gives the same stamp, and the rows of the file as its count:
 * of two files the newer has more of them (docs/decisions/0008). A time that can't be true wins over nothing.
 */
export const stampFor = ({ date, time }: WallTime, rowCount: number): Stamp => {
  const ms = Date.parse(`${date}T${time}:00.000Z`);
  const isPlausible = ms >= PLAUSIBLE_FROM_MS && ms < PLAUSIBLE_TO_MS;
  return stampOf(isPlausible ? ms : 0, Math.min(rowCount, EDITION_MAX), IMPORT_DEVICE);
};
