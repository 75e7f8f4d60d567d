/** When a person wants to be reminded of a questionnaire, in their own local time. */
import { z } from 'zod';
import { InstrumentCode } from '../assessments/instrument-code.ts';
import { ScheduleId } from '../ids.ts';
import { Instant } from '../time.ts';

export const Frequency = z
  .enum(['daily', 'weekly', 'biweekly', 'monthly'])
  .describe('How often the reminder comes; biweekly is every second week.');
export type Frequency = z.infer<typeof Frequency>;

export const TimeOfDay = z
  .string()
  .regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be HH:MM')
  .describe('HH:MM in 24 hours, by the clock on the wall wherever the person is.');

export const Schedule = z
  .object({
    id: ScheduleId,
    instrument: InstrumentCode,
    frequency: Frequency,
    time_of_day: TimeOfDay,
    day_of_week: z
      .int()
      .min(0)
      .max(6)
      .nullable()
      .describe('0 = Sunday … 6 = Saturday, for weekly and biweekly; null for the others.'),
    day_of_month: z
      .int()
      .min(1)
      .max(31)
      .nullable()
      .describe('1 to 31, for monthly, where a shorter month has its last day; null for the others.'),
    enabled: z.boolean().describe('Whether the reminder is on.'),
    created_at: Instant,
  })
  .readonly();
export type Schedule = z.infer<typeof Schedule>;

/** Which day a frequency needs; the other one says nothing and is stored as null. */
const dayFieldByFrequency = {
  daily: null,
  weekly: 'day_of_week',
  biweekly: 'day_of_week',
  monthly: 'day_of_month',
} as const satisfies Record<Frequency, string | null>;

/** What a person fills in for a reminder. A day that the frequency does not use may be given and is dropped. */
export const scheduleForm = z
  .strictObject({
    instrument: InstrumentCode,
    frequency: Frequency,
    time_of_day: TimeOfDay,
    day_of_week: Schedule.unwrap().shape.day_of_week.default(null),
    day_of_month: Schedule.unwrap().shape.day_of_month.default(null),
    enabled: Schedule.unwrap().shape.enabled.default(true),
  })
  .superRefine((form, refinement) => {
    const field = dayFieldByFrequency[form.frequency];
    if (field === null || form[field] !== null) return;
    refinement.addIssue({ code: 'custom', path: [field], message: `must be given for ${form.frequency}` });
  })
  .transform((form) => {
    const field = dayFieldByFrequency[form.frequency];
    return {
      ...form,
      day_of_week: field === 'day_of_week' ? form.day_of_week : null,
      day_of_month: field === 'day_of_month' ? form.day_of_month : null,
    };
  });
