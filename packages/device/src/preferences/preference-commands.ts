/** Setting what follows a person from device to device. */
import {
  instantOf,
  ok,
  type Preference,
  PreferenceId,
  preferenceValues,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import { createRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { listPreferences } from './preference-repository.ts';

export const SetPreference = z.discriminatedUnion('key', [
  z.strictObject({ key: z.literal('day_start'), value: preferenceValues.day_start }),
  z.strictObject({ key: z.literal('week_start'), value: preferenceValues.week_start }),
  z.strictObject({ key: z.literal('reminder_lead_minutes'), value: preferenceValues.reminder_lead_minutes }),
]);

export const setPreference = (
  deps: DeviceDeps,
  { key, value }: z.output<typeof SetPreference>,
): Result<Pick<Preference, 'key' | 'value'>, never> =>
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
