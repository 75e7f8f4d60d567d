/**
 * Reminders of the original app. People typed the time of day as their own, so it is read as local time although the
 * original acted on it as UTC. When a reminder last came belongs to a device and doesn't sync.
 */
import {
  err,
  Frequency,
  type Instant,
  localDateOf,
  ok,
  type Result,
  ScheduleId,
  TimeOfDay,
  type TimeZone,
} from '@mhb/core-domain';
import { z } from 'zod';
import {
  type Conversions,
  convertRows,
  originalRecord,
  type OriginalRecord,
  type Reading,
} from './conversion.ts';
import { type InstrumentById, UNKNOWN_INSTRUMENT } from './instrument-rows.ts';
import type { FoundRows } from './tables.ts';
import { NO_TIME, readTime, rowBefore, rowTime } from './times.ts';

const ScheduleRow = z.object({
  id: z.int(),
  assessment_type_id: z.int(),
  frequency: Frequency,
  time_of_day: z.string(),
  day_of_week: z.int().nullable(),
  day_of_month: z.int().nullable(),
  enabled: z.int(),
  last_triggered_at: z.unknown(),
  created_at: z.unknown(),
  updated_at: z.unknown(),
});
type ScheduleRow = z.infer<typeof ScheduleRow>;

export interface OriginalReminder {
  readonly schedule_id: ScheduleId;
  readonly last_triggered_at: Instant;
}

export interface ScheduleRecord extends OriginalRecord {
  /** `undefined` for a reminder that never came. */
  readonly reminder: OriginalReminder | undefined;
}

export const convertSchedules = (
  reading: Reading,
  { rows }: FoundRows,
  instrumentById: InstrumentById,
): Conversions<ScheduleRow, ScheduleRecord> =>
  convertRows(reading, {
    rows,
    schema: ScheduleRow,
    convert: ({ names, timeZone, before }, row) => {
      const instrument = instrumentById.get(row.assessment_type_id);
      if (instrument === undefined) return err(UNKNOWN_INSTRUMENT);
      const time = readTimeOfDay(row.time_of_day);
      if (!time.ok) return time;
      const created = rowTime('created_at', row.created_at, [
        ['updated_at', row.updated_at],
        rowBefore(before),
      ]);
      if (created === undefined) return err(NO_TIME);
      const updated = rowTime('updated_at', row.updated_at, [['created_at', created.at]]) ?? created;
      const days = daysOf(row, created.at, timeZone);
      const entity = {
        id: ScheduleId.parse(names.idOf('assessment_schedules', row.id)),
        instrument,
        frequency: row.frequency,
        time_of_day: time.value,
        day_of_week: days.day_of_week,
        day_of_month: days.day_of_month,
        enabled: row.enabled !== 0,
        created_at: created.at,
      };
      const record = originalRecord(names, 'schedule', { entity, writtenAt: updated.at, deletedAt: null });
      const triggered = readTime(row.last_triggered_at);
      const isUnclear = triggered === undefined && row.last_triggered_at !== null;
      return ok({
        value: {
          ...record,
          reminder: triggered && { schedule_id: entity.id, last_triggered_at: triggered },
        },
        at: created.at,
        notes: [
          ...created.notes,
          ...updated.notes,
          ...days.notes,
          ...(isUnclear ? ['last_triggered_at is not a time and was left out'] : []),
        ],
      });
    },
  });

const readTimeOfDay = (text: string): Result<string, string> => {
  const read = TimeOfDay.safeParse(text);
  return read.success ? ok(read.data) : err('the column time_of_day holds no time as HH:MM');
};

interface Days {
  readonly day_of_week: number | null;
  readonly day_of_month: number | null;
  readonly notes: readonly string[];
}

/**
 * The day a frequency goes by; the other one is dropped, since nothing acted on it. A reminder without its day isn't
 * lost: it takes the day on which it was set up.
 */
const daysOf = (row: ScheduleRow, createdAt: Instant, timeZone: TimeZone): Days => {
  const isWeekly = row.frequency === 'weekly' || row.frequency === 'biweekly';
  const isMonthly = row.frequency === 'monthly';
  const setUp = new Date(`${localDateOf(createdAt, timeZone)}T00:00:00.000Z`);
  const week = dayIn('day_of_week', row.day_of_week, {
    isUsed: isWeekly,
    min: 0,
    max: 6,
    otherwise: setUp.getUTCDay(),
  });
  const month = dayIn('day_of_month', row.day_of_month, {
    isUsed: isMonthly,
    min: 1,
    max: 31,
    otherwise: setUp.getUTCDate(),
  });
  return { day_of_week: week.day, day_of_month: month.day, notes: [...week.notes, ...month.notes] };
};

interface DayRule {
  readonly isUsed: boolean;
  readonly min: number;
  readonly max: number;
  readonly otherwise: number;
}

const dayIn = (
  column: string,
  day: number | null,
  { isUsed, min, max, otherwise }: DayRule,
): { readonly day: number | null; readonly notes: readonly string[] } => {
  if (!isUsed) {
    return {
      day: null,
      notes: day === null ? [] : [`${column} says nothing for this frequency and was left out`],
    };
  }
  if (day !== null && day >= min && day <= max) return { day, notes: [] };
  return { day: otherwise, notes: [`${column} is missing; the day it was set up stands in for it`] };
};
