/** Reminder schedules as rows, and when each last fired on this device. */
import { Instant, Schedule, type ScheduleId } from '@mhb/core-domain';
import { type Deletable, parseRow } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';

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
    .all<Record<string, unknown>>(
      sql`
        select id, instrument, frequency, time_of_day, day_of_week, day_of_month, enabled, created_at, deleted_at
        from schedule
        where deleted_at is null and (enabled = 1 or ${enabledOnly ? 0 : 1})
        order by created_at desc, id desc
      `,
    )
    .map((row) => parseRow(Schedule, { ...row, enabled: row.enabled === 1 }));

/** When a reminder was last shown on this device, or null. */
export const lastTriggeredAt = (db: Reader, id: ScheduleId): Instant | null =>
  Instant.nullable().parse(
    db.get<{ last_triggered_at: string }>(
      sql`select last_triggered_at from reminder where schedule_id = ${id}`,
    )?.last_triggered_at ?? null,
  );

/** Remembers that a reminder was shown; an earlier time than is known changes nothing. */
export const setLastTriggeredAt = (tx: Transaction, id: ScheduleId, at: Instant): void => {
  tx.run(sql`
    insert into reminder (schedule_id, last_triggered_at) values (${id}, ${at})
    on conflict (schedule_id) do update set last_triggered_at = excluded.last_triggered_at
    where excluded.last_triggered_at > last_triggered_at
  `);
};
