/** Reminder schedules as rows, and when each last fired on this device. */
import { Instant, LocalDate, Schedule, type ScheduleId } from '@mhb/core-domain';
import { z } from 'zod';
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

/** What decides whether a reminder is due. */
export interface ScheduleState {
  readonly schedule: Schedule;
  /** When it was last shown on this device. */
  readonly last_triggered_at: Instant | null;
  /** The day of the last completed questionnaire of its instrument, wherever it was completed. */
  readonly last_completed_on: LocalDate | null;
}

/** Of the living ones that are on. */
export const listScheduleStates = (db: Reader): readonly ScheduleState[] =>
  db
    .all<Record<string, unknown>>(
      sql`
        select schedule.*, reminder.last_triggered_at,
          (select max(local_date) from assessment
           where assessment.instrument = schedule.instrument and status = 'completed' and deleted_at is null)
            as last_completed_on
        from schedule left join reminder on reminder.schedule_id = schedule.id
        where schedule.deleted_at is null and schedule.enabled = 1
        order by schedule.id
      `,
    )
    .map((row) => ({ schedule: Schedule.parse({ ...row, enabled: true }), ...Progress.parse(row) }));

const Progress = z.object({
  last_triggered_at: Instant.nullable(),
  last_completed_on: LocalDate.nullable(),
});

/** Remembers that a reminder was shown; an earlier time than is known changes nothing. */
export const setLastTriggeredAt = (tx: Transaction, id: ScheduleId, at: Instant): void => {
  tx.run(sql`
    insert into reminder (schedule_id, last_triggered_at) values (${id}, ${at})
    on conflict (schedule_id) do update set last_triggered_at = excluded.last_triggered_at
    where excluded.last_triggered_at > last_triggered_at
  `);
};
