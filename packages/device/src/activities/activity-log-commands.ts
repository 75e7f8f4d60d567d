/** What a person can do with the log of activities. */
import {
  type ActivityLog,
  activityLogForm,
  ActivityLogId,
  instantOf,
  ok,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { createRecord, deleteRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { editedMomentField, isMoment, momentField, type NotNow, readMoment } from '../moment-input.ts';
import type { InvalidInput } from '../parse.ts';

export const LogActivity = z.strictObject({
  activity_id: activityLogForm.activity_id,
  logged_at: momentField,
  notes: activityLogForm.notes.default(null),
});

/** Records that an activity was done, now or at any earlier time. */
export const logActivity = (
  deps: DeviceDeps,
  input: z.output<typeof LogActivity>,
): Result<ActivityLog, InvalidInput | NotFound | NotNow> => {
  const moment = readMoment(deps, { field: 'logged_at', text: input.logged_at, backdateHoursMax: null });
  if (!moment.ok) return moment;
  const { at, ...day } = moment.value;
  return write(deps, (tx) => {
    const activity = findLiving(tx, { kind: 'activity', id: input.activity_id, field: 'activity_id' });
    if (!activity.ok) return activity;
    const log: ActivityLog = {
      id: ActivityLogId.parse(deps.newId()),
      activity_id: input.activity_id,
      logged_at: at,
      ...day,
      notes: input.notes,
      created_at: instantOf(deps.clock.nowMs()),
    };
    createRecord(deps, tx, 'activity_log', log);
    return ok(log);
  });
};

export const UpdateActivityLog = z.strictObject({
  id: ActivityLogId,
  notes: activityLogForm.notes.optional(),
  logged_at: editedMomentField,
});

/** Changes what is given and leaves the rest; null clears the note. */
export const updateActivityLog = (
  deps: DeviceDeps,
  input: z.output<typeof UpdateActivityLog>,
): Result<ActivityLog, InvalidInput | NotFound | NotNow> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'activity_log', id: input.id, field: 'id' });
    if (!held.ok) return held;
    let log: ActivityLog = {
      ...held.value,
      notes: input.notes === undefined ? held.value.notes : input.notes,
    };
    if (input.logged_at !== undefined && !isMoment(input.logged_at, held.value.logged_at)) {
      const moment = readMoment(deps, { field: 'logged_at', text: input.logged_at, backdateHoursMax: null });
      if (!moment.ok) return moment;
      const { at, ...day } = moment.value;
      log = { ...log, logged_at: at, ...day };
    }
    editRecord(deps, tx, 'activity_log', log);
    return ok(log);
  });

export const DeleteActivityLog = z.strictObject({ id: ActivityLogId });

/** Moves a log entry to the Trash. */
export const deleteActivityLog = (
  deps: DeviceDeps,
  { id }: z.output<typeof DeleteActivityLog>,
): Result<null, NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'activity_log', id, field: 'id' });
    if (!held.ok) return held;
    deleteRecord(deps, tx, id);
    return ok(null);
  });
