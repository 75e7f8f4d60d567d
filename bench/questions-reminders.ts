/**
 * What waits for the person, and when each reminder comes next. SQL knows no zones and no changes of the clocks, so a
 * floor here is the rows, and the calendar of the domain asked once for each of them.
 */
import { instantOf, latestOccurrence, nextOccurrence, type ScheduleRule, TimeZone } from '@mhb/core-domain';
import { HOME, NOW } from './heavy-user.ts';
import { preferenceOf, question, type QuestionsOf, type Row, rowsOf } from './question.ts';

export const reminderQuestions: QuestionsOf = (file) => {
  const lead = preferenceOf(file, 'reminder_lead_minutes');
  const states = rowsOf(
    file,
    `select schedule.id, schedule.instrument, frequency, time_of_day, day_of_week, day_of_month, enabled,
       schedule.created_at, last_triggered_at, completed.completed_at, completed.local_date
     from schedule
     left join reminder on schedule_id = schedule.id
     left join assessment as completed on completed.id = (
       select id from assessment
       where instrument = schedule.instrument and status = 'completed' and deleted_at is null
       order by completed_at desc limit 1)
     where schedule.deleted_at is null and enabled = 1`,
  );
  const all = rowsOf(
    file,
    `select id, instrument, frequency, time_of_day, day_of_week, day_of_month, enabled, created_at, deleted_at
     from schedule where deleted_at is null order by created_at desc, id desc`,
  );
  const time_zone = TimeZone.parse(HOME);
  const now = instantOf(NOW);
  return [
    question({
      page: 'dashboard',
      name: 'questionnaires that are due',
      command: 'get_due_assessments',
      input: { include_shown: true },
      floor: () => {
        const ahead = instantOf(NOW + Number(lead() ?? 0) * 60_000);
        return states().map((row) => ({
          row,
          latest: latestOccurrence(ruleOf(row), { now: ahead, time_zone }),
        }));
      },
      facts: (
        answer: readonly { readonly schedule_id: string; readonly due_at: string }[],
        rows: readonly { readonly row: Row; readonly latest: { at: string; local_date: string } | null }[],
      ) =>
        [
          new Map(answer.map(({ schedule_id, due_at }) => [schedule_id, due_at])),
          new Map(
            rows.flatMap(({ row, latest }) =>
              latest === null || (row.local_date !== null && String(row.local_date) >= latest.local_date)
                ? []
                : [[row.id, latest.at]],
            ),
          ),
        ] as const,
    }),
    question({
      page: 'dashboard',
      name: 'reminders with their next time',
      command: 'get_schedules',
      input: {},
      floor: () =>
        all().map((row) => ({ row, next: nextOccurrence(ruleOf(row), { now, time_zone })?.local })),
      facts: (
        answer: readonly (object & { readonly next_occurrence: unknown })[],
        rows: readonly { readonly row: Row; readonly next: string | undefined }[],
      ) =>
        [
          answer,
          rows.map(({ row, next }) => ({ ...row, enabled: row.enabled === 1, next_occurrence: next })),
        ] as const,
    }),
  ];
};

/** The columns are those of a rule; what is 1 in the file is true. */
const ruleOf = (row: Row): ScheduleRule => row as unknown as ScheduleRule;
