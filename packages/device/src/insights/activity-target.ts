/** What a question about activities is about: one activity, or a group with the activities that live in it today. */
import { ActivityGroupId, ActivityId, ok, type Result } from '@mhb/core-domain';
import type { z } from 'zod';
import { findAny, type NotFound } from '../changes/find-record.ts';
import type { Reader } from '../database/sql.ts';

export const targetFields = {
  activity_id: ActivityId.nullish().describe('The activity in question. Give this or group_id.'),
  group_id: ActivityGroupId.nullish().describe('The group in question. Give this or activity_id.'),
};

/** One of the two is null. */
export interface Target {
  readonly activity_id: ActivityId | null;
  readonly group_id: ActivityGroupId | null;
}

interface TargetInput {
  readonly activity_id?: ActivityId | null | undefined;
  readonly group_id?: ActivityGroupId | null | undefined;
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined;

export const refuseOtherThanOneTarget = (
  { activity_id, group_id }: TargetInput,
  refinement: z.RefinementCtx,
): void => {
  const refuse = (field: string, message: string): void => {
    refinement.addIssue({ code: 'custom', path: [field], message });
  };
  if (!isGiven(activity_id) && !isGiven(group_id)) refuse('activity_id', 'must be given, or group_id');
  if (isGiven(activity_id) && isGiven(group_id))
    refuse('group_id', 'must be null where activity_id is given');
};

/** The target, also one in the Trash: the history keeps it. */
export const findTarget = (db: Reader, input: TargetInput): Result<Target, NotFound> => {
  const { activity_id = null, group_id = null } = input;
  if (activity_id !== null) {
    const activity = findAny(db, { kind: 'activity', id: activity_id, field: 'activity_id' });
    if (!activity.ok) return activity;
  }
  if (group_id !== null) {
    const group = findAny(db, { kind: 'activity_group', id: group_id, field: 'group_id' });
    if (!group.ok) return group;
  }
  return ok({ activity_id, group_id });
};
