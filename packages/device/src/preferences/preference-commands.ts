/** Settings that follow a person from device to device: read all, set one. */
import {
  instantOf,
  ok,
  type Preference,
  preferenceDefaults,
  PreferenceId,
  type PreferenceKey,
  preferenceValues,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import { createRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
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

export const GetPreferences = z.strictObject({});

/** Every preference, the defaults where nothing was set. */
export const getPreferences = ({
  database,
}: DatabaseDep): Result<Readonly<Record<PreferenceKey, unknown>>, never> => {
  const set = new Map<string, Preference['value']>();
  for (const { key, value } of listPreferences(database)) {
    if (!set.has(key)) set.set(key, value);
  }
  const valueOf = (key: PreferenceKey): unknown => {
    const read = preferenceValues[key].safeParse(set.get(key));
    return read.success ? read.data : preferenceDefaults[key];
  };
  return ok({
    day_start: valueOf('day_start'),
    week_start: valueOf('week_start'),
    reminder_lead_minutes: valueOf('reminder_lead_minutes'),
  });
};
