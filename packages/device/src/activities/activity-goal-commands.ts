/** What a person can do with goals. */
import {
  ActivityGoal,
  ActivityGoalId,
  ActivityGroupId,
  ActivityId,
  goalForm,
  instantOf,
  ok,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { createRecord, deleteRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import { listed } from '../entity-answers.ts';
import { type InvalidInput, parse } from '../parse.ts';
import { listActivityGoals } from './activity-goal-repository.ts';

export const SetActivityGoal = goalForm;

/** A goal on one activity or on one group. */
export const setActivityGoal = (
  deps: DeviceDeps,
  input: z.output<typeof SetActivityGoal>,
): Result<ActivityGoal, NotFound> =>
  write(deps, (tx): Result<ActivityGoal, NotFound> => {
    const { activity_id, group_id } = input;
    if (activity_id !== null) {
      const activity = findLiving(tx, { kind: 'activity', id: activity_id, field: 'activity_id' });
      if (!activity.ok) return activity;
    }
    if (group_id !== null) {
      const group = findLiving(tx, { kind: 'activity_group', id: group_id, field: 'group_id' });
      if (!group.ok) return group;
    }
    const goal: ActivityGoal = {
      ...input,
      id: ActivityGoalId.parse(deps.newId()),
      created_at: instantOf(deps.clock.nowMs()),
    };
    createRecord(deps, tx, 'activity_goal', goal);
    return ok(goal);
  });

export const UpdateActivityGoal = z.strictObject({
  id: ActivityGoalId,
  target_value: goalForm.shape.target_value.optional(),
  period_days: goalForm.shape.period_days.optional(),
});

/** Changes how much or how long; what the goal is about stays. */
export const updateActivityGoal = (
  deps: DeviceDeps,
  { id, ...edits }: z.output<typeof UpdateActivityGoal>,
): Result<ActivityGoal, InvalidInput | NotFound> =>
  write(deps, (tx): Result<ActivityGoal, InvalidInput | NotFound> => {
    const held = findLiving(tx, { kind: 'activity_goal', id, field: 'id' });
    if (!held.ok) return held;
    const { id: _, created_at, ...form } = held.value;
    const given = Object.fromEntries(Object.entries(edits).filter(([, value]) => value !== undefined));
    const edited = parse(goalForm, { ...form, ...given });
    if (!edited.ok) return edited;
    const goal: ActivityGoal = { ...edited.value, id, created_at };
    editRecord(deps, tx, 'activity_goal', goal);
    return ok(goal);
  });

export const DeleteActivityGoal = z.strictObject({ id: ActivityGoalId });

/** Moves a goal to the Trash. */
export const deleteActivityGoal = (
  deps: DeviceDeps,
  { id }: z.output<typeof DeleteActivityGoal>,
): Result<null, NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'activity_goal', id, field: 'id' });
    if (!held.ok) return held;
    deleteRecord(deps, tx, id);
    return ok(null);
  });

export const GetActivityGoals = z.strictObject({
  activity_id: ActivityId.nullish().describe('Goals on this activity alone.'),
  group_id: ActivityGroupId.nullish().describe('Goals on this group alone.'),
});

export const ActivityGoals = z.array(listed(ActivityGoal)).readonly();

/** Living ones, newest first. */
export const getActivityGoals = (
  { database }: DatabaseDep,
  input: z.output<typeof GetActivityGoals>,
): Result<z.infer<typeof ActivityGoals>, never> =>
  ok(listActivityGoals(database, { activityId: input.activity_id ?? null, groupId: input.group_id ?? null }));
