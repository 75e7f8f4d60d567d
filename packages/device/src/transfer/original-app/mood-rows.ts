/** Mood check-ins of the original app, and the links to what a person had been doing, folded into them as a list. */
import {
  ActivityId,
  err,
  MOOD_SCALE,
  type MoodEntry,
  MoodEntryId,
  MoodRating,
  momentOf,
  ok,
  storedText,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { Living } from './activity-rows.ts';
import {
  badColumn,
  type Conversions,
  convertRows,
  originalRecord,
  type OriginalRecord,
  orNull,
  type Reading,
} from './conversion.ts';
import type { RowNames } from './names.ts';
import type { RowFate } from './report.ts';
import type { FoundRows } from './tables.ts';
import { NO_TIME, rowBefore, rowTime } from './times.ts';

const CheckInRow = z.object({
  id: z.int(),
  mood_rating: MoodRating,
  notes: storedText.nullable(),
  created_at: z.unknown(),
});
type CheckInRow = z.infer<typeof CheckInRow>;

/** What each check-in says by itself; the links come afterwards, when it is known which check-ins there are. */
export const convertCheckIns = (reading: Reading, { rows }: FoundRows): Conversions<CheckInRow, MoodEntry> =>
  convertRows(reading, {
    rows,
    schema: CheckInRow,
    convert: ({ names, timeZone, before }, row) => {
      const created = rowTime('created_at', row.created_at, [rowBefore(before)]);
      if (created === undefined) return err(NO_TIME);
      const { at, time_zone, local_date } = momentOf(created.at, timeZone);
      const value = {
        id: MoodEntryId.parse(names.idOf('mood_checkins', row.id)),
        mood_rating: row.mood_rating,
        mood_scale: MOOD_SCALE,
        activity_ids: [],
        notes: orNull(row.notes),
        recorded_at: at,
        time_zone,
        local_date,
        created_at: at,
      };
      return ok({ value, at, notes: created.notes });
    },
  });

export const checkInRecords = (
  names: RowNames,
  { converted }: Conversions<CheckInRow, MoodEntry>,
  { activitiesByCheckIn }: Links,
): readonly OriginalRecord[] =>
  converted.map(({ row, value, at }) => {
    const activities = activitiesByCheckIn.get(row.id) ?? [];
    const activity_ids = activities.map((activity) => ActivityId.parse(names.idOf('activities', activity)));
    const entity = { ...value, activity_ids };
    return originalRecord(names, 'mood_entry', { entity, writtenAt: at, deletedAt: null });
  });

const LinkRow = z.object({ id: z.int(), mood_checkin_id: z.int(), activity_id: z.int() });

/** The domain's limit for one check-in. */
const ACTIVITIES_MAX = 1_000;

export interface Links {
  /** Integer ids. */
  readonly activitiesByCheckIn: ReadonlyMap<number, readonly number[]>;
  readonly fates: readonly RowFate[];
}

/** In the order of the links, each activity once. What was skipped has no record that a link could lead to. */
export const readLinks = (
  { rows }: FoundRows,
  { converted }: Conversions<CheckInRow, MoodEntry>,
  activities: Living,
): Links => {
  const checkIns = new Set(converted.map(({ row }) => row.id));
  const activitiesByCheckIn = new Map<number, number[]>();
  const fates = rows.map((found): RowFate => {
    const row = LinkRow.safeParse(found);
    const skip = (reason: string): RowFate => ({ row: found.id, reason, notes: [] });
    if (!row.success) return skip(badColumn(row.error));
    const { mood_checkin_id, activity_id } = row.data;
    if (!checkIns.has(mood_checkin_id)) return skip('its check-in was not imported');
    if (!activities.has(activity_id)) return skip('its activity was not imported');
    const chosen = activitiesByCheckIn.get(mood_checkin_id) ?? [];
    if (chosen.includes(activity_id)) return skip('the check-in has this activity already');
    if (chosen.length >= ACTIVITIES_MAX)
      return skip(`the check-in has ${String(ACTIVITIES_MAX)} activities already`);
    chosen.push(activity_id);
    activitiesByCheckIn.set(mood_checkin_id, chosen);
    return { row: found.id, notes: [] };
  });
  return { activitiesByCheckIn, fates };
};
