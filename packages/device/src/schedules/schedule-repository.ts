/** Reminder schedules as rows, and when each last fired on this device. */
import { type Instant, Schedule, type ScheduleId } from '@mhb/core-domain';
import { type Deletable, type Row, rowReader } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import { asMadeBefore, believedUntil } from './believed.ts';
import type { ScheduleState } from './due.ts';

export const upsertSchedule = (tx: Transaction, schedule: Schedule, deletedAt: Instant | null): void => {
  tx.run(sql`
    insert into schedule
      (id, instrument, frequency, time_of_day, day_of_week, day_of_month, enabled, created_at, deleted_at)
    values
      (${schedule.id}, ${schedule.instrument}, ${schedule.frequency}, ${schedule.time_of_day},
       ${schedule.day_of_week}, ${schedule.day_of_month}, ${schedule.enabled ? 1 : 0}, ${schedule.created_at},
       ${deletedAt})
    on conflict (id) do update set
      instrument = excluded.instrument, frequency = excluded.frequency, time_of_day = excluded.time_of_day,
      day_of_week = excluded.day_of_week, day_of_month = excluded.day_of_month, enabled = excluded.enabled,
      created_at = excluded.created_at, deleted_at = excluded.deleted_at
  `);
};

export const deleteSchedule = (tx: Transaction, id: ScheduleId): void => {
  tx.run(sql`delete from schedule where id = ${id}`);
};

/** Living ones, newest first. */
export const listSchedules = (
  db: Reader,
  { enabledOnly }: { readonly enabledOnly: boolean },
): readonly Deletable<Schedule>[] =>
  db
    .all<Row>(
      sql`
        select id, instrument, frequency, time_of_day, day_of_week, day_of_month, enabled, created_at, deleted_at
        from schedule
        where deleted_at is null and (enabled = 1 or ${enabledOnly ? 0 : 1})
        order by created_at desc, id desc
      `,
    )
    .map((row) => readSchedule({ ...row, enabled: row.enabled === 1 }));

const readSchedule = rowReader(Schedule);

/** Of the living ones that are on, with the last completed questionnaire of their instrument from any device. */
export const listScheduleStates = (
  db: Reader,
  { now }: { readonly now: Instant },
): readonly ScheduleState[] =>
  db
    .all<Row & Omit<ScheduleState, 'schedule'>>(
      sql`
        select schedule.id, schedule.instrument, frequency, time_of_day, day_of_week, day_of_month, enabled,
          schedule.created_at, schedule.deleted_at, last_triggered_at, completed.completed_at as last_completed_at,
          completed.local_date as last_completed_on
        from schedule
        left join reminder
          on reminder.schedule_id = schedule.id and last_triggered_at <= ${believedUntil(now)}
        left join assessment as completed on completed.id = (
          select id from assessment
          where instrument = schedule.instrument and status = 'completed' and deleted_at is null
            and completed_at <= ${believedUntil(now)}
          order by completed_at desc
          limit 1
        )
        where schedule.deleted_at is null and enabled = 1
        order by schedule.id
      `,
    )
    .map(({ last_triggered_at, last_completed_at, last_completed_on, ...row }) => ({
      schedule: asMadeBefore(now, readSchedule({ ...row, enabled: true })),
      last_triggered_at,
      last_completed_at,
      last_completed_on,
    }));

/** Takes over from the original app when a reminder last came; an earlier time than is known changes nothing. */
export const setLastTriggeredAt = (tx: Transaction, id: ScheduleId, at: Instant): void => {
  tx.run(sql`
    insert into reminder (schedule_id, last_triggered_at) values (${id}, ${at})
    on conflict (schedule_id) do update set last_triggered_at = excluded.last_triggered_at
    where excluded.last_triggered_at > last_triggered_at
  `);
};

/** Remembers that a reminder was shown. A later time stands, unless it lies too far ahead of `now` to be believed. */
export const recordShown = (
  tx: Transaction,
  { id, at, now }: { readonly id: ScheduleId; readonly at: Instant; readonly now: Instant },
): void => {
  tx.run(sql`
    insert into reminder (schedule_id, last_triggered_at) values (${id}, ${at})
    on conflict (schedule_id) do update set last_triggered_at = excluded.last_triggered_at
    where excluded.last_triggered_at > last_triggered_at or last_triggered_at > ${believedUntil(now)}
  `);
};
