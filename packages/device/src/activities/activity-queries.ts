/** What a person can ask about activities, groups and logs. */
import { Activity, ActivityGroup, ActivityId, ActivityLog, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { rangeFields, readRange } from '../date-range.ts';
import type { DatabaseDep } from '../deps.ts';
import { listed } from '../entity-answers.ts';
import { type InvalidInput, invalidInput } from '../parse.ts';
import { listActivityGroups } from './activity-group-repository.ts';
import { listActivityLogs, listLogsOfActivity } from './activity-log-repository.ts';
import { listActivities } from './activity-repository.ts';

const includeDeleted = z.boolean().nullish().describe('Whether those in the Trash are listed too.');

export const GetActivities = z.strictObject({ include_deleted: includeDeleted });

export const Activities = z.array(listed(Activity)).readonly();

/** By name. Deleted ones carry `deleted_at`, so that history can name them. */
export const getActivities = (
  { database }: DatabaseDep,
  input: z.output<typeof GetActivities>,
): Result<z.infer<typeof Activities>, never> =>
  ok(listActivities(database, { includeDeleted: input.include_deleted ?? false }));

export const GetActivityGroups = z.strictObject({ include_deleted: includeDeleted });

export const ActivityGroups = z.array(listed(ActivityGroup)).readonly();

/** By name. */
export const getActivityGroups = (
  { database }: DatabaseDep,
  input: z.output<typeof GetActivityGroups>,
): Result<z.infer<typeof ActivityGroups>, never> =>
  ok(listActivityGroups(database, { includeDeleted: input.include_deleted ?? false }));

export const GetActivityLogs = z.strictObject({
  activity_id: ActivityId.nullish().describe('Of this activity alone; of all where nothing is given.'),
  start_date: rangeFields.from_date,
  end_date: rangeFields.to_date,
  limit: rangeFields.limit.describe(
    'The most that are answered, the newest of them. The next page: give as end_date the time of the last one, and its id as before_id.',
  ),
  before_id: rangeFields.before_id,
});

export const ActivityLogs = z.array(listed(ActivityLog)).readonly();

/** Living ones, newest first. */
export const getActivityLogs = (
  { database }: DatabaseDep,
  { activity_id = null, start_date, end_date, ...page }: z.output<typeof GetActivityLogs>,
): Result<z.infer<typeof ActivityLogs>, InvalidInput> => {
  const range = readRange({ from_date: start_date, to_date: end_date, ...page });
  if (range.ok) {
    return ok(
      activity_id === null
        ? listActivityLogs(database, range.value)
        : listLogsOfActivity(database, activity_id, range.value),
    );
  }
  const names: Readonly<Record<string, string>> = { from_date: 'start_date', to_date: 'end_date' };
  const problems = range.error.problems.map(({ field, problem }) => ({
    field: names[field] ?? field,
    problem,
  }));
  return { ok: false, error: invalidInput(problems) };
};
