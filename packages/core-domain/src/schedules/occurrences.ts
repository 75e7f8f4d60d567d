/**
 * When a reminder falls due. Occurrences stand on a grid of the person's local calendar, so nothing drifts:
 *
 *   daily      every day
 *   weekly     every `day_of_week`
 *   biweekly   every second one, counted from the first occurrence at or after `created_at`
 *   monthly    `day_of_month`, or the last day of a shorter month
 *
 * A wall time that the clocks skip moves forward by the gap; one that comes twice means the first.
 */
import { Temporal } from 'temporal-polyfill';
import { type Instant, instantOf, LocalDate, msOf, type TimeZone } from '../time.ts';
import { type CalendarGrid, dayGrid, monthGrid } from './calendar-grid.ts';
import type { Schedule } from './schedule.ts';

/** What of a schedule decides when it is due. */
export type ScheduleRule = Pick<
  Schedule,
  'frequency' | 'time_of_day' | 'day_of_week' | 'day_of_month' | 'enabled' | 'created_at'
>;

export interface Occurrence {
  readonly at: Instant;
  /** The wall clock with its offset: "2025-03-10T09:00:00+01:00". */
  readonly local: string;
  readonly local_date: LocalDate;
}

/** The last one at or before `now`, also of a schedule that is switched off; null where none has been yet. */
export const latestOccurrence = (
  schedule: ScheduleRule,
  { now, time_zone }: { readonly now: Instant; readonly time_zone: TimeZone },
): Occurrence | null => {
  const calendar = calendarOf(schedule, time_zone);
  const latest = calendar.at(calendar.lastUntil(msOf(now)));
  return latest.epochMilliseconds < calendar.firstMs ? null : occurrenceOf(latest);
};

/** The first one after `now`; null while the schedule is switched off. */
export const nextOccurrence = (
  schedule: ScheduleRule,
  { now, time_zone }: { readonly now: Instant; readonly time_zone: TimeZone },
): Occurrence | null => {
  if (!schedule.enabled) return null;
  const calendar = calendarOf(schedule, time_zone);
  const afterMs = Math.max(msOf(now), calendar.firstMs - 1);
  return occurrenceOf(calendar.at(calendar.lastUntil(afterMs) + 1));
};

/** What has come of the occurrences of a schedule. */
export interface ReminderState {
  readonly last_triggered_at: Instant | null;
  /** The local date of the last completed questionnaire of this instrument. */
  readonly last_completed_on: LocalDate | null;
}

/**
 * Whether to remind now: the latest occurrence has not been fired, and the questionnaire was not completed on its
 * day or later, on any device. However many were missed, one reminder catches up.
 */
export const isDue = (
  schedule: ScheduleRule,
  state: ReminderState & { readonly now: Instant; readonly time_zone: TimeZone },
): boolean => {
  if (!schedule.enabled) return false;
  const latest = latestOccurrence(schedule, state);
  return latest !== null && isOutstanding(latest, state);
};

/** The same of an occurrence that is known to be the latest. */
export const isOutstanding = (
  { at, local_date }: Occurrence,
  { last_triggered_at: triggered, last_completed_on: completed }: ReminderState,
): boolean => (triggered === null || triggered < at) && (completed === null || completed < local_date);

interface Calendar {
  /** Nothing before it is an occurrence. */
  readonly firstMs: number;
  readonly at: (index: number) => Temporal.ZonedDateTime;
  /** The index of the last grid day whose reminder is not after `ms`. */
  readonly lastUntil: (ms: number) => number;
}

const calendarOf = (schedule: ScheduleRule, timeZone: TimeZone): Calendar => {
  const created = Temporal.Instant.from(schedule.created_at);
  const grid = gridOf(schedule, created.toZonedDateTimeISO(timeZone).toPlainDate());
  const calendar = calendarOn(grid, schedule, timeZone);
  if (schedule.frequency !== 'biweekly') return calendar;
  const first = grid.dateAt(calendar.lastUntil(calendar.firstMs - 1) + 1);
  return calendarOn(dayGrid(first, 14), schedule, timeZone);
};

const calendarOn = (grid: CalendarGrid, schedule: ScheduleRule, timeZone: TimeZone): Calendar => {
  const time = Temporal.PlainTime.from(schedule.time_of_day);
  const at = (index: number): Temporal.ZonedDateTime =>
    grid.dateAt(index).toPlainDateTime(time).toZonedDateTime(timeZone, { disambiguation: 'compatible' });
  const lastUntil = (ms: number): number => {
    const today = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
    // Where clocks fall back over midnight, tomorrow's time may already have been.
    let index = grid.lastUntil(today.add({ days: 1 }));
    while (at(index).epochMilliseconds > ms) index -= 1;
    return index;
  };
  return { firstMs: msOf(schedule.created_at), at, lastUntil };
};

/** A day that should be given and is not, as imported schedules may have it, is that of their creation. */
const gridOf = (
  { frequency, day_of_week, day_of_month }: ScheduleRule,
  createdOn: Temporal.PlainDate,
): CalendarGrid => {
  if (frequency === 'daily') return dayGrid(createdOn, 1);
  if (frequency === 'monthly') return monthGrid(day_of_month ?? createdOn.day);
  // Temporal counts Monday 1 … Sunday 7, a schedule Sunday 0 … Saturday 6.
  const daysAhead = (7 + (day_of_week ?? createdOn.dayOfWeek % 7) - (createdOn.dayOfWeek % 7)) % 7;
  return dayGrid(createdOn.add({ days: daysAhead }), 7);
};

/** Null past the year 9999, the last that can be written; only a wrong clock gets there. */
const occurrenceOf = (moment: Temporal.ZonedDateTime): Occurrence | null => {
  const date = LocalDate.safeParse(moment.toPlainDate().toString());
  if (!date.success) return null;
  return {
    at: instantOf(moment.epochMilliseconds),
    local: moment.toString({ timeZoneName: 'never', smallestUnit: 'second' }),
    local_date: date.data,
  };
};
