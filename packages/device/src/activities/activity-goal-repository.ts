/** Goals as rows. */
import { ActivityGoal, type ActivityGoalId, type Instant } from '@mhb/core-domain';
import { type Deletable, type Row, rowReader } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

export const upsertActivityGoal = (tx: Transaction, goal: ActivityGoal, deletedAt: Instant | null): void => {
  tx.run(sql`
    insert into activity_goal
      (id, activity_id, group_id, goal_type, target_value, period_days, created_at, deleted_at)
    values
      (${goal.id}, ${goal.activity_id}, ${goal.group_id}, ${goal.goal_type}, ${goal.target_value},
       ${goal.period_days}, ${goal.created_at}, ${deletedAt})
    on conflict (id) do update set
      activity_id = excluded.activity_id, group_id = excluded.group_id, goal_type = excluded.goal_type,
      target_value = excluded.target_value, period_days = excluded.period_days,
      created_at = excluded.created_at, deleted_at = excluded.deleted_at
  `);
};

export const deleteActivityGoal = (tx: Transaction, id: ActivityGoalId): void => {
  tx.run(sql`delete from activity_goal where id = ${id}`);
};

/** Living ones, newest first; of one activity or one group where one is given. */
export const listActivityGoals = (
  db: Reader,
  target: { readonly activityId: string | null; readonly groupId: string | null },
): readonly Deletable<ActivityGoal>[] =>
  db
    .all<Row>(
      sql`
        select id, activity_id, group_id, goal_type, target_value, period_days, created_at, deleted_at
        from activity_goal
        where deleted_at is null
          and (${target.activityId} is null or activity_id = ${target.activityId})
          and (${target.groupId} is null or group_id = ${target.groupId})
        order by created_at desc, id desc
      `,
    )
    .map(readGoal);

const readGoal = rowReader(ActivityGoal);
