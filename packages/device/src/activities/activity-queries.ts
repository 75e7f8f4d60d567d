/** What a person can ask about activities, groups and logs. */
import {
  type Activity,
  type ActivityGroup,
  ActivityId,
  type ActivityLog,
  ok,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { Deletable } from '../changes/deletable.ts';
import { LIST_MAX, readRange } from '../date-range.ts';
import type { DatabaseDep } from '../deps.ts';
import { type InvalidInput, invalidInput } from '../parse.ts';
import { listActivityGroups } from './activity-group-repository.ts';
import { listActivityLogs } from './activity-log-repository.ts';
import { listActivities } from './activity-repository.ts';

const includeDeleted = z.boolean().nullish();

export const GetActivities = z.strictObject({ include_deleted: includeDeleted });

/** By name. Deleted ones carry `deleted_at`, so that history can name them. */
export const getActivities = (
  { database }: DatabaseDep,
  input: z.output<typeof GetActivities>,
): Result<readonly Deletable<Activity>[], never> =>
  ok(listActivities(database, { includeDeleted: input.include_deleted ?? false }));

export const GetActivityGroups = z.strictObject({ include_deleted: includeDeleted });

/** By name. */
export const getActivityGroups = (
  { database }: DatabaseDep,
  input: z.output<typeof GetActivityGroups>,
): Result<readonly Deletable<ActivityGroup>[], never> =>
  ok(listActivityGroups(database, { includeDeleted: input.include_deleted ?? false }));

export const GetActivityLogs = z.strictObject({
  activity_id: ActivityId.nullish(),
  start_date: z.string().max(64).nullish(),
  end_date: z.string().max(64).nullish(),
  limit: z.int().min(1).max(LIST_MAX).nullish(),
});

/** Living ones, newest first. */
export const getActivityLogs = (
  { database }: DatabaseDep,
  input: z.output<typeof GetActivityLogs>,
): Result<readonly ActivityLog[], InvalidInput> => {
  const range = readRange({ from_date: input.start_date, to_date: input.end_date, limit: input.limit });
  if (range.ok) {
    return ok(listActivityLogs(database, { activityId: input.activity_id ?? null, ...range.value }));
  }
  const names: Readonly<Record<string, string>> = { from_date: 'start_date', to_date: 'end_date' };
  const problems = range.error.problems.map(({ field, problem }) => ({
    field: names[field] ?? field,
    problem,
  }));
  return { ok: false, error: invalidInput(problems) };
};
