/** When a person wants to be reminded of a questionnaire, in their own local time. */
import { z } from 'zod';
import { InstrumentCode } from '../assessments/instrument-code.ts';
import { ScheduleId } from '../ids.ts';
import { Instant } from '../time.ts';

export const Frequency = z.enum(['daily', 'weekly', 'biweekly', 'monthly']);
export type Frequency = z.infer<typeof Frequency>;

/** "HH:MM" in 24 hours. */
export const TimeOfDay = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be HH:MM');

export const Schedule = z
  .object({
    id: ScheduleId,
    instrument: InstrumentCode,
    frequency: Frequency,
    time_of_day: TimeOfDay,
    /** 0 = Sunday … 6 = Saturday; null unless weekly or biweekly. */
    day_of_week: z.int().min(0).max(6).nullable(),
    /** 1-31, clamped in short months; null unless monthly. */
    day_of_month: z.int().min(1).max(31).nullable(),
    enabled: z.boolean(),
    created_at: Instant,
  })
  .readonly();
export type Schedule = z.infer<typeof Schedule>;
