/** Settings that follow the person from device to device. What belongs to one device (theme, window) is not here. */
import { z } from 'zod';
import { PreferenceId } from './ids.ts';
import { Instant } from './time.ts';

/** Every preference with the values it takes. */
export const preferenceValues = {
  day_start: z.enum(['00:00', '03:00']).describe('When a new day begins for the person, local time.'),
  week_start: z.int().min(0).max(6).describe('The first day of the week: 0 = Sunday … 6 = Saturday.'),
  reminder_lead_minutes: z
    .int()
    .min(0)
    .max(1_440)
    .describe('How long before its time a reminder comes, in minutes.'),
} as const;

/** When a new day begins, "HH:MM" local time. */
export type DayStart = z.infer<typeof preferenceValues.day_start>;

export const PreferenceKey = z.enum(['day_start', 'week_start', 'reminder_lead_minutes']);
export type PreferenceKey = z.infer<typeof PreferenceKey>;

export const preferenceDefaults = {
  day_start: '00:00',
  week_start: 1,
  reminder_lead_minutes: 0,
} as const satisfies Record<PreferenceKey, string | number>;

/**
 * A preference is a record like any other. Two devices may each have made one for the same key before they met;
 * the one written last counts.
 */
export const Preference = z
  .object({
    id: PreferenceId,
    key: z.string().min(1).max(100),
    value: z.union([z.string().max(1_000), z.number(), z.boolean()]),
    created_at: Instant,
  })
  .readonly();
export type Preference = z.infer<typeof Preference>;
