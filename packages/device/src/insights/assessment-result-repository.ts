/** Living completed questionnaires with what their results are worked out from. */
import { Assessment, type InstrumentCode } from '@mhb/core-domain';
import { sql, type Reader } from '../database/sql.ts';
import type { DayRange } from './activity-report-repository.ts';

const AnsweredAssessment = Assessment.unwrap().pick({
  id: true,
  instrument: true,
  instrument_version: true,
  responses: true,
  status: true,
  completed_at: true,
  local_date: true,
});
export type AnsweredAssessment = Pick<
  Assessment,
  'completed_at' | 'id' | 'instrument' | 'instrument_version' | 'local_date' | 'responses' | 'status'
>;

/** Of some instruments, from `from` to `to`, both inclusive, oldest first. */
export const listResults = (
  db: Reader,
  range: { readonly instruments: readonly InstrumentCode[]; readonly from: string; readonly to: string },
): readonly AnsweredAssessment[] =>
  db
    .all<AnsweredRow>(
      sql`
        select id, instrument, instrument_version, responses, status, completed_at, local_date
        from assessment
        where deleted_at is null and status = 'completed'
          and instrument in (select value from json_each(${JSON.stringify(range.instruments)}))
          and completed_at >= ${range.from} and completed_at <= ${range.to}
        order by completed_at, id
      `,
    )
    .map(toAnswered);

/**
 * Of some of the person's days, oldest first. Working out a wall time is slow, so the stored dates are asked first:
 * an entry of the night after the last day may still belong to it.
 */
export const listResultsOfDays = (
  db: Reader,
  { start, end, dayStart }: DayRange,
): readonly AnsweredAssessment[] =>
  db
    .all<AnsweredRow>(
      sql`
        select id, instrument, instrument_version, responses, status, completed_at, local_date
        from assessment
        where deleted_at is null and status = 'completed'
          and local_date between ${start} and date(${end}, '+1 day')
          and case when wall_time(completed_at, time_zone) < ${dayStart} then date(local_date, '-1 day')
            else local_date end between ${start} and ${end}
        order by completed_at, id
      `,
    )
    .map(toAnswered);

type AnsweredRow = Readonly<Record<string, unknown>> & { readonly responses: string };

const toAnswered = (row: AnsweredRow): AnsweredAssessment =>
  AnsweredAssessment.parse({ ...row, responses: JSON.parse(row.responses) as unknown });
