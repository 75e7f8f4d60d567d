/** What a person can do with mood check-ins. Each command: check the words, then one transaction. */
import {
  err,
  instantOf,
  MOOD_SCALE,
  type MoodEntry,
  MoodEntryId,
  moodForm,
  ok,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findAny, findLiving, type NotFound } from '../changes/find-record.ts';
import { createRecord, deleteRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { Reader } from '../database/sql.ts';
import type { DeviceDeps } from '../deps.ts';
import {
  BACKDATE_HOURS_MAX,
  isMoment,
  editedMomentField,
  MOMENT_FORM,
  type NotNow,
  readMoment,
  recentMomentField,
} from '../moment-input.ts';
import type { InvalidInput } from '../parse.ts';

export const LogMood = z.strictObject({
  mood_rating: moodForm.mood_rating,
  activity_ids: moodForm.activity_ids.default([]),
  notes: moodForm.notes.default(null),
  recorded_at: recentMomentField,
});

/** Records how a person is, now or up to 24 hours ago. */
export const logMood = (
  deps: DeviceDeps,
  input: z.output<typeof LogMood>,
): Result<MoodEntry, InvalidInput | NotFound | NotNow> => {
  const moment = readMoment(deps, {
    field: 'recorded_at',
    text: input.recorded_at,
    backdateHoursMax: BACKDATE_HOURS_MAX,
  });
  if (!moment.ok) return moment;
  const { at, ...day } = moment.value;

  return write(deps, (tx) => {
    const activities = checkActivities(tx, input.activity_ids);
    if (!activities.ok) return activities;
    const entry: MoodEntry = {
      id: MoodEntryId.parse(deps.newId()),
      mood_rating: input.mood_rating,
      mood_scale: MOOD_SCALE,
      activity_ids: activities.value,
      notes: input.notes,
      recorded_at: at,
      ...day,
      created_at: instantOf(deps.clock.nowMs()),
    };
    createRecord(deps, tx, 'mood_entry', entry);
    return ok(entry);
  });
};

export const UpdateMoodCheckin = z.strictObject({
  id: MoodEntryId,
  mood_rating: moodForm.mood_rating.optional(),
  activity_ids: moodForm.activity_ids.optional(),
  notes: moodForm.notes.optional(),
  recorded_at: editedMomentField.describe(
    `When it was, up to ${String(BACKDATE_HOURS_MAX)} hours ago: ${MOMENT_FORM}.`,
  ),
});

/** Changes what is given and leaves the rest; null clears the note. */
export const updateMoodCheckin = (
  deps: DeviceDeps,
  input: z.output<typeof UpdateMoodCheckin>,
): Result<MoodEntry, InvalidInput | NotFound | NotNow> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'mood_entry', id: input.id, field: 'id' });
    if (!held.ok) return held;
    const activities = checkActivities(
      tx,
      input.activity_ids ?? held.value.activity_ids,
      held.value.activity_ids,
    );
    if (!activities.ok) return activities;

    let entry: MoodEntry = {
      ...held.value,
      mood_rating: input.mood_rating ?? held.value.mood_rating,
      mood_scale: input.mood_rating === undefined ? held.value.mood_scale : MOOD_SCALE,
      activity_ids: activities.value,
      notes: input.notes === undefined ? held.value.notes : input.notes,
    };
    if (input.recorded_at !== undefined && !isMoment(input.recorded_at, held.value.recorded_at)) {
      const moment = readMoment(deps, {
        field: 'recorded_at',
        text: input.recorded_at,
        backdateHoursMax: BACKDATE_HOURS_MAX,
      });
      if (!moment.ok) return moment;
      const { at, ...day } = moment.value;
      entry = { ...entry, recorded_at: at, ...day };
    }
    editRecord(deps, tx, 'mood_entry', entry);
    return ok(entry);
  });

export const DeleteMoodCheckin = z.strictObject({ id: MoodEntryId });

/** Moves a check-in to the Trash. */
export const deleteMoodCheckin = (
  deps: DeviceDeps,
  { id }: z.output<typeof DeleteMoodCheckin>,
): Result<null, NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'mood_entry', id, field: 'id' });
    if (!held.ok) return held;
    deleteRecord(deps, tx, id);
    return ok(null);
  });

/** Each once, in the order given. A deleted activity may be chosen; one that does not exist may not. */
const checkActivities = (
  db: Reader,
  ids: MoodEntry['activity_ids'],
  alreadyChosen: MoodEntry['activity_ids'] = [],
): Result<MoodEntry['activity_ids'], NotFound> => {
  const once = [...new Set(ids)];
  for (const id of once) {
    // What stood in the entry before may name an activity that has not arrived here.
    if (alreadyChosen.includes(id)) continue;
    const found = findAny(db, { kind: 'activity', id, field: 'activity_ids' });
    if (!found.ok) return err(found.error);
  }
  return ok(once);
};
