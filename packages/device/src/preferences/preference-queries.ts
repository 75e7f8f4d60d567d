/** What a person has set, and the defaults where they have set nothing. */
import {
  type DayStart,
  ok,
  type Preference,
  preferenceDefaults,
  type PreferenceKey,
  preferenceValues,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { Reader } from '../database/sql.ts';
import type { DatabaseDep } from '../deps.ts';
import { findPreferenceValue, listPreferences } from './preference-repository.ts';

export const GetPreferences = z.strictObject({});

export const Preferences = z.strictObject(preferenceValues).readonly();
type Preferences = z.infer<typeof Preferences>;

export const getPreferences = ({ database }: DatabaseDep): Result<Preferences, never> =>
  ok(readPreferences(database));

/** When a new day begins for the person. Asked by most questions about days, so it is read alone. */
export const readDayStart = (db: Reader): DayStart =>
  valueOf('day_start', findPreferenceValue(db, 'day_start'));

/** What came from elsewhere and can't be right counts as not set. */
export const readPreferences = (db: Reader): Preferences => {
  const set = new Map<string, Preference['value']>();
  for (const { key, value } of listPreferences(db)) {
    if (!set.has(key)) set.set(key, value);
  }
  return {
    day_start: valueOf('day_start', set.get('day_start')),
    week_start: valueOf('week_start', set.get('week_start')),
    reminder_lead_minutes: valueOf('reminder_lead_minutes', set.get('reminder_lead_minutes')),
  };
};

const valueOf = <Key extends PreferenceKey>(key: Key, written: unknown): Preferences[Key] => {
  const read = preferenceValues[key].safeParse(written);
  return (read.success ? read.data : preferenceDefaults[key]) as Preferences[Key];
};
