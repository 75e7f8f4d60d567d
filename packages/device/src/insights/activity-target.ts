/** What a question about activities is about: one activity, or a group with the activities that live in it today. */
import { ActivityGroupId, ActivityId, err, ok, type Result } from '@mhb/core-domain';
import type { z } from 'zod';
import type { NotFound } from '../changes/find-record.ts';
import { sql, type Reader } from '../database/sql.ts';

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
  const isHere =
    (activity_id === null || hasActivity(db, activity_id)) && (group_id === null || hasGroup(db, group_id));
  return isHere ? ok({ activity_id, group_id }) : refuseUnknown({ activity_id, group_id });
};

/** Names the field that names nothing which is here. */
export const refuseUnknown = ({ activity_id }: Target): Result<never, NotFound> =>
  err({ type: 'NotFound', fields: [activity_id === null ? 'group_id' : 'activity_id'] });

const hasActivity = (db: Reader, id: ActivityId): boolean =>
  db.get(sql`select 1 from activity where id = ${id}`) !== undefined;

const hasGroup = (db: Reader, id: ActivityGroupId): boolean =>
  db.get(sql`select 1 from activity_group where id = ${id}`) !== undefined;
