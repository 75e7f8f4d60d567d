/** A questionnaire counts once on each day of the person, whose day may begin at 03:00. */
import {
  dayOf,
  type DayStart,
  err,
  type Instant,
  type InstrumentCode,
  type LocalDate,
  localDateOf,
  type Moment,
  momentOf,
  nextDayBegins,
  ok,
  type Result,
  type TimeZone,
} from '@mhb/core-domain';
import type { Reader } from '../database/sql.ts';
import { readDayStart } from '../preferences/preference-queries.ts';
import { listCompletedMoments } from './assessment-repository.ts';

export interface AlreadyCompletedToday {
  readonly type: 'AlreadyCompletedToday';
  readonly fields: readonly ['instrument'];
  /** When the first day begins for the person on which it was not completed. */
  readonly next_possible_at: Instant;
}

export const refuseSecondOnADay = (
  db: Reader,
  instrument: InstrumentCode,
  moment: Moment,
): Result<void, AlreadyCompletedToday> => {
  const dayStart = readDayStart(db);
  const { time_zone: zone } = moment;
  const day = dayOf(moment, dayStart);
  if (!isDayTaken(db, { instrument, day, zone, dayStart })) return ok(undefined);
  // The day after may have been lived already, on the other side of the date line or by a clock that was ahead.
  let next: LocalDate = day;
  let nextBegins: Instant;
  do {
    nextBegins = nextDayBegins(next, { zone, dayStart });
    next = dayOf(momentOf(nextBegins, zone), dayStart);
  } while (isDayTaken(db, { instrument, day: next, zone, dayStart }));
  return err({ type: 'AlreadyCompletedToday', fields: ['instrument'], next_possible_at: nextBegins });
};

const isDayTaken = (
  db: Reader,
  {
    instrument,
    day,
    zone,
    dayStart,
  }: {
    readonly instrument: InstrumentCode;
    readonly day: LocalDate;
    readonly zone: TimeZone;
    readonly dayStart: DayStart;
  },
): boolean => {
  // What belongs to this day was entered on it, or after midnight of the next one.
  const localDates = [day, localDateOf(nextDayBegins(day, { zone, dayStart }), zone)];
  return listCompletedMoments(db, { instrument, localDates }).some(
    (completed) => dayOf(completed, dayStart) === day,
  );
};
