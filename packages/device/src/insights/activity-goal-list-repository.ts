/** Goals with the name of what they are about, which they keep when it is in the Trash. */
import { ActivityGoal, type ActivityGoalId } from '@mhb/core-domain';
import { z } from 'zod';
import { type Row, rowReader } from '../changes/deletable.ts';
import { sql, type Reader } from '../database/sql.ts';
import { listed } from '../entity-answers.ts';

export const NamedGoal = listed(ActivityGoal)
  .unwrap()
  .extend({
    target_name: z
      .string()
      .nullable()
      .describe('The name of the activity or group; null where that is not here.'),
  })
  .readonly();
export type NamedGoal = z.infer<typeof NamedGoal>;

/** Living ones, newest first. */
export const listNamedGoals = (db: Reader): readonly NamedGoal[] =>
  db

    .all<Row & { readonly target_name: string | null }>(
      sql`
        select goal.id, goal.activity_id, goal.group_id, goal.goal_type, goal.target_value, goal.period_days,
          goal.created_at, goal.deleted_at, coalesce(activity.name, activity_group.name) as target_name
        from activity_goal as goal
        left join activity on activity.id = goal.activity_id
        left join activity_group on activity_group.id = goal.group_id
        where goal.deleted_at is null
        order by goal.created_at desc, goal.id desc
      `,
    )
    .map(({ target_name, ...row }) => ({ ...readGoal(row), target_name }));

/** A living one. */
export const findGoal = (db: Reader, id: ActivityGoalId): ActivityGoal | undefined => {
  const row = db.get<Row>(sql`
    select id, activity_id, group_id, goal_type, target_value, period_days, created_at, deleted_at
    from activity_goal
    where id = ${id} and deleted_at is null
  `);
  return row === undefined ? undefined : readGoal(row);
};

const readGoal = rowReader(ActivityGoal);
