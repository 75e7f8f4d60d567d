/** What a person can do with activity groups. */
import {
  type ActivityGroup,
  activityGroupForm,
  ActivityGroupId,
  instantOf,
  ok,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { createRecord, deleteRecords, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DeviceDeps } from '../deps.ts';
import { Count } from '../entity-answers.ts';
import { listActivityGroups } from './activity-group-repository.ts';
import { listActivities } from './activity-repository.ts';
import { type DuplicateName, refuseDuplicateName } from './duplicate-name.ts';

export const CreateActivityGroup = z.strictObject({
  name: activityGroupForm.name,
  description: activityGroupForm.description.default(null),
});

export const createActivityGroup = (
  deps: DeviceDeps,
  input: z.output<typeof CreateActivityGroup>,
): Result<ActivityGroup, DuplicateName> =>
  write(deps, (tx) => {
    const living = listActivityGroups(tx, { includeDeleted: false });
    const name = refuseDuplicateName(living, { id: null, name: input.name });
    if (!name.ok) return name;
    const group: ActivityGroup = {
      id: ActivityGroupId.parse(deps.newId()),
      name: input.name,
      description: input.description,
      created_at: instantOf(deps.clock.nowMs()),
    };
    createRecord(deps, tx, 'activity_group', group);
    return ok(group);
  });

export const UpdateActivityGroup = z.strictObject({
  id: ActivityGroupId,
  name: activityGroupForm.name.optional(),
  description: activityGroupForm.description.optional(),
});

/** Changes what is given and leaves the rest; null clears the description. */
export const updateActivityGroup = (
  deps: DeviceDeps,
  input: z.output<typeof UpdateActivityGroup>,
): Result<ActivityGroup, DuplicateName | NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'activity_group', id: input.id, field: 'id' });
    if (!held.ok) return held;
    if (input.name !== undefined && input.name !== held.value.name) {
      const living = listActivityGroups(tx, { includeDeleted: false });
      const name = refuseDuplicateName(living, { id: input.id, name: input.name });
      if (!name.ok) return name;
    }
    const group: ActivityGroup = {
      ...held.value,
      name: input.name ?? held.value.name,
      description: input.description === undefined ? held.value.description : input.description,
    };
    editRecord(deps, tx, 'activity_group', group);
    return ok(group);
  });

export const DeleteActivityGroup = z.strictObject({ id: ActivityGroupId });

export const DeletedActivityGroup = z.strictObject({
  deleted_activities: Count.describe('How many activities went along.'),
});

/** Moves a group and its living activities to the Trash together. */
export const deleteActivityGroup = (
  deps: DeviceDeps,
  { id }: z.output<typeof DeleteActivityGroup>,
): Result<z.infer<typeof DeletedActivityGroup>, NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'activity_group', id, field: 'id' });
    if (!held.ok) return held;
    const members = listActivities(tx, { includeDeleted: false }).filter(
      (activity) => activity.group_id === id,
    );
    deleteRecords(deps, tx, [...members.map((activity) => activity.id), id]);
    return ok({ deleted_activities: members.length });
  });
