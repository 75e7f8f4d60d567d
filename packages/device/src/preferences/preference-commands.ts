/** Setting what follows a person from device to device. */
import { instantOf, ok, PreferenceId, PreferenceKey, preferenceValues, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { createRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { listPreferences } from './preference-repository.ts';

/** One flat object for all keys, so that an unknown field is told by name whatever else is wrong. */
export const SetPreference = z
  .strictObject({
    key: PreferenceKey.describe('Which setting.'),
    value: z
      .union([z.string().max(100), z.number()])
      .describe(
        'day_start: "00:00" or "03:00", when a new day begins. week_start: 0 = Sunday … 6 = Saturday. ' +
          'reminder_lead_minutes: 0 to 1440, how long before its time a reminder comes.',
      ),
  })
  .superRefine(({ key, value }, refinement) => {
    for (const issue of preferenceValues[key].safeParse(value).error?.issues ?? []) {
      refinement.addIssue({ ...issue, path: ['value'] });
    }
  });

export const PreferenceSet = z.strictObject({
  key: PreferenceKey,
  value: z.union([z.string(), z.number()]),
});

export const setPreference = (
  deps: DeviceDeps,
  { key, value }: z.output<typeof SetPreference>,
): Result<z.infer<typeof PreferenceSet>, never> =>
  write(deps, (tx) => {
    const held = listPreferences(tx).find((preference) => preference.key === key);
    if (held === undefined) {
      const created_at = instantOf(deps.clock.nowMs());
      createRecord(deps, tx, 'preference', { id: PreferenceId.parse(deps.newId()), key, value, created_at });
    } else {
      editRecord(deps, tx, 'preference', { ...held, value });
    }
    return ok({ key, value });
  });
