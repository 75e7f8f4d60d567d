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
import { listPreferences } from './preference-repository.ts';

export const GetPreferences = z.strictObject({});

export const Preferences = z.strictObject(preferenceValues).readonly();
type Preferences = z.infer<typeof Preferences>;

export const getPreferences = ({ database }: DatabaseDep): Result<Preferences, never> =>
  ok(readPreferences(database));

/** When a new day begins for the person. */
export const readDayStart = (db: Reader): DayStart => readPreferences(db).day_start;

/** What came from elsewhere and can't be right counts as not set. */
export const readPreferences = (db: Reader): Preferences => {
  const set = new Map<string, Preference['value']>();
  for (const { key, value } of listPreferences(db)) {
    if (!set.has(key)) set.set(key, value);
  }
  const valueOf = <Key extends PreferenceKey>(key: Key): Preferences[Key] => {
    const read = preferenceValues[key].safeParse(set.get(key));
    return (read.success ? read.data : preferenceDefaults[key]) as Preferences[Key];
  };
  return {
    day_start: valueOf('day_start'),
    week_start: valueOf('week_start'),
    reminder_lead_minutes: valueOf('reminder_lead_minutes'),
  };
};
