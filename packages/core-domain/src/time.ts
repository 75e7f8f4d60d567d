/**
 * Moments, zones and calendar days.
 *
 * A moment is stored as a UTC instant with milliseconds ("2025-03-10T12:00:00.000Z"): one form, so that text order
 * is time order. The calendar day of an entry is that of the person's zone when it was entered.
 */
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A UTC instant in the one stored form. */
export const Instant = z
  .string()
  .regex(INSTANT, 'not a UTC instant with milliseconds')
  .refine((text) => isRealMoment(text, Date.parse(text)), 'not a real moment')
  .brand<'Instant'>()
  .describe('A UTC instant with milliseconds: 2025-03-10T12:00:00.000Z.');
export type Instant = z.infer<typeof Instant>;

/** A calendar day, "2025-03-10". */
export const LocalDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'not a calendar day')
  .refine(isRealDay, 'not a real calendar day')
  .brand<'LocalDate'>()
  .describe('A calendar day: 2025-03-10.');
export type LocalDate = z.infer<typeof LocalDate>;

/** A zone of the IANA database ("Europe/Berlin") or a fixed offset ("+02:00"). */
export const TimeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isKnownZone, 'not a known time zone')
  .brand<'TimeZone'>()
  .describe('A zone of the IANA database (Europe/Berlin) or a fixed offset (+02:00).');
export type TimeZone = z.infer<typeof TimeZone>;

/** When something happened, and on which day it was for the person. */
export interface Moment {
  readonly at: Instant;
  readonly time_zone: TimeZone;
  readonly local_date: LocalDate;
}

// The stored form has four digits for the year; a day at either end is kept free for the local dates of all zones.
const MS_MIN = Date.parse('0000-01-02T00:00:00.000Z');
const MS_MAX = Date.parse('9999-12-30T23:59:59.999Z');

/**
 * The instant so many milliseconds from 1970. Times beyond the years 0 to 9999 become the first or the last instant
 * that can be stored, because an entry must never be refused over a wrong clock.
 */
export const instantOf = (ms: number): Instant =>
  // Between these two, what a Date writes is the stored form.
  new Date(Math.min(Math.max(ms, MS_MIN), MS_MAX)).toISOString() as Instant;

export const msOf = (instant: Instant): number => Date.parse(instant);

/**
 * A moment as a person or another program writes it: ISO 8601 with a date, a time and an offset or Z. Digits below
 * the millisecond are cut off. `undefined` for anything else: no zone, an impossible date, other words. Hour 24 and
 * second 60 are refused too: they would be stored as another moment than the one that was written.
 */
export const parseInstant = (text: string): Instant | undefined => {
  if (INSTANT.test(text)) {
    // Most of what is asked for is in the stored form already, and needs no calendar.
    const ms = Date.parse(text);
    return isRealMoment(text, ms) && isStorable(ms) ? (text as Instant) : undefined;
  }
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:[0-5]\d([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/i.test(text)) {
    return undefined;
  }
  try {
    const ms = Temporal.Instant.from(text).epochMilliseconds;
    return isStorable(ms) ? instantOf(ms) : undefined;
  } catch {
    return undefined;
  }
};

// A day that no month has, and hour 24, are read as another moment than is written.
function isRealMoment(text: string, ms: number): boolean {
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

const isStorable = (ms: number): boolean => ms >= MS_MIN && ms <= MS_MAX;

/** The calendar day of an instant in a zone. */
export const localDateOf = (instant: Instant, zone: TimeZone): LocalDate =>
  LocalDate.parse(Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString());

/** What the clock on the wall says at an instant in a zone: "HH:MM", so that text order is its order. */
export const wallTimeOf = (instant: Instant, zone: TimeZone): string => {
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(msOf(instant)).toZonedDateTimeISO(zone);
  return `${twoDigits(hour)}:${twoDigits(minute)}`;
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/**
 * The instant at which a wall clock in the zone shows this day and time ("HH:MM"). A time that the clocks skip moves
 * forward by the gap; one that comes twice means the first.
 */
export const instantOfWallTime = (date: LocalDate, time: string, zone: TimeZone): Instant => {
  const wall = Temporal.PlainDate.from(date).toPlainDateTime(Temporal.PlainTime.from(time));
  return instantOf(wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds);
};

export const momentOf = (at: Instant, zone: TimeZone): Moment => ({
  at,
  time_zone: zone,
  local_date: localDateOf(at, zone),
});

function isRealDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

const knownZones = new Set<string>();

// Asked for every row that is read, so zones that were found good are remembered.
function isKnownZone(zone: string): boolean {
  if (knownZones.has(zone)) return true;
  // A whole timestamp also names a zone to Temporal; as the zone of an entry it would be a mistake.
  if (!/^(?:[a-z][a-z0-9_+\-/]*|[+-]\d{2}:\d{2})$/i.test(zone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    knownZones.add(zone);
    return true;
  } catch {
    return false;
  }
}
