/** Goals of the original app, on an activity or on a group. */
import { ActivityGoalId, ActivityGroupId, ActivityId, err, GoalType, ok } from '@mhb/core-domain';
import { z } from 'zod';
import type { Living } from './activity-rows.ts';
import {
  type Conversions,
  convertRows,
  deletionOf,
  originalRecord,
  type OriginalRecord,
  type Reading,
} from './conversion.ts';
import type { FoundRows } from './tables.ts';
import { NO_TIME, rowBefore, rowTime } from './times.ts';

const GoalRow = z.object({
  id: z.int(),
  activity_id: z.int().nullable(),
  group_id: z.int().nullable(),
  goal_type: GoalType,
  target_value: z.int().min(1),
  period_days: z.int().min(1),
  created_at: z.unknown(),
  deleted_at: z.unknown(),
});
type GoalRow = z.infer<typeof GoalRow>;

export const convertGoals = (
  reading: Reading,
  { rows }: FoundRows,
  { activities, groups }: { readonly activities: Living; readonly groups: Living },
): Conversions<GoalRow, OriginalRecord> =>
  convertRows(reading, {
    rows,
    schema: GoalRow,
    convert: ({ names, before }, row) => {
      const { activity_id, group_id, goal_type, target_value, period_days } = row;
      // The original let such goals be stored and then failed on them; there is nothing they could count.
      if (activity_id === null && group_id === null)
        return err('it is a goal for neither an activity nor a group');
      if (activity_id !== null && group_id !== null)
        return err('it is a goal for both an activity and a group');
      const created = rowTime('created_at', row.created_at, [
        ['deleted_at', row.deleted_at],
        rowBefore(before),
      ]);
      if (created === undefined) return err(NO_TIME);
      const deleted = deletionOf(row.deleted_at, created.at);
      const entity = {
        id: ActivityGoalId.parse(names.idOf('activity_goals', row.id)),
        activity_id: activity_id === null ? null : ActivityId.parse(names.idOf('activities', activity_id)),
        group_id: group_id === null ? null : ActivityGroupId.parse(names.idOf('activity_groups', group_id)),
        goal_type,
        target_value,
        period_days,
        created_at: created.at,
      };
      const targetLives = activity_id === null ? groups.get(group_id ?? 0) : activities.get(activity_id);
      return ok({
        value: originalRecord(names, 'activity_goal', {
          entity,
          writtenAt: created.at,
          deletedAt: deleted.at,
        }),
        at: created.at,
        notes: [...created.notes, ...deleted.notes, ...targetNotes(targetLives)],
      });
    },
  });

const targetNotes = (lives: boolean | undefined): readonly string[] => {
  if (lives === undefined) return ['its activity or group was not imported'];
  return lives ? [] : ['its activity or group was deleted'];
};
