/** What a person can do with activities. */
import { type Activity, activityForm, ActivityId, instantOf, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { createRecord, deleteRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { listActivities } from './activity-repository.ts';
import { type DuplicateName, refuseDuplicateName } from './duplicate-name.ts';

export const CreateActivity = z.strictObject({
  group_id: activityForm.group_id,
  name: activityForm.name,
  color: activityForm.color.default(null),
  icon: activityForm.icon.default(null),
});

export const createActivity = (
  deps: DeviceDeps,
  input: z.output<typeof CreateActivity>,
): Result<Activity, DuplicateName | NotFound> =>
  write(deps, (tx) => {
    const group = findLiving(tx, { kind: 'activity_group', id: input.group_id, field: 'group_id' });
    if (!group.ok) return group;
    const living = listActivities(tx, { includeDeleted: false });
    const name = refuseDuplicateName(living, { id: null, name: input.name });
    if (!name.ok) return name;
    const activity: Activity = {
      id: ActivityId.parse(deps.newId()),
      ...input,
      created_at: instantOf(deps.clock.nowMs()),
    };
    createRecord(deps, tx, 'activity', activity);
    return ok(activity);
  });

export const UpdateActivity = z.strictObject({
  id: ActivityId,
  group_id: activityForm.group_id.optional(),
  name: activityForm.name.optional(),
  color: activityForm.color.optional(),
  icon: activityForm.icon.optional(),
});

/** Changes what is given and leaves the rest; null clears colour or icon; `group_id` moves it. */
export const updateActivity = (
  deps: DeviceDeps,
  input: z.output<typeof UpdateActivity>,
): Result<Activity, DuplicateName | NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'activity', id: input.id, field: 'id' });
    if (!held.ok) return held;
    if (input.group_id !== undefined && input.group_id !== held.value.group_id) {
      const group = findLiving(tx, { kind: 'activity_group', id: input.group_id, field: 'group_id' });
      if (!group.ok) return group;
    }
    if (input.name !== undefined && input.name !== held.value.name) {
      const living = listActivities(tx, { includeDeleted: false });
      const name = refuseDuplicateName(living, { id: input.id, name: input.name });
      if (!name.ok) return name;
    }
    const activity: Activity = {
      ...held.value,
      group_id: input.group_id ?? held.value.group_id,
      name: input.name ?? held.value.name,
      color: input.color === undefined ? held.value.color : input.color,
      icon: input.icon === undefined ? held.value.icon : input.icon,
    };
    editRecord(deps, tx, 'activity', activity);
    return ok(activity);
  });

export const DeleteActivity = z.strictObject({ id: ActivityId });

/** Moves an activity to the Trash; check-ins and logs that name it stay as they are. */
export const deleteActivity = (
  deps: DeviceDeps,
  { id }: z.output<typeof DeleteActivity>,
): Result<null, NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'activity', id, field: 'id' });
    if (!held.ok) return held;
    deleteRecord(deps, tx, id);
    return ok(null);
  });
