/** Living completed questionnaires with what their results are worked out from. */
import type { Assessment, InstrumentCode } from '@mhb/core-domain';
import { sql, type Reader } from '../database/sql.ts';
import type { DayRange } from './activity-report-repository.ts';
import type { Bounds } from './time-range.ts';

export type AnsweredAssessment = Pick<
  Assessment,
  'completed_at' | 'id' | 'instrument' | 'instrument_version' | 'local_date' | 'responses' | 'status'
>;

/** Of one instrument, from `from` to `to`, both inclusive, oldest first. */
export const listResults = (
  db: Reader,
  instrument: InstrumentCode,
  { from, to }: Bounds,
): readonly AnsweredAssessment[] =>
  db
    .all<AnsweredRow>(
      sql`
        select id, instrument, instrument_version, responses, completed_at, local_date
        from assessment
        where deleted_at is null and status = 'completed' and instrument = ${instrument}
          and completed_at >= ${from} and completed_at <= ${to}
        order by completed_at, id
      `,
    )
    .map(toAnswered);

/** The same of several. */
export const listResultsOfMany = (
  db: Reader,
  instruments: readonly InstrumentCode[],
  { from, to }: Bounds,
): readonly AnsweredAssessment[] =>
  db
    .all<AnsweredRow>(
      // The plus keeps the index of instruments out: along the one of times, nothing is left to be sorted.
      sql`
        select id, instrument, instrument_version, responses, completed_at, local_date
        from assessment
        where deleted_at is null and status = 'completed'
          and +instrument in (select value from json_each(${JSON.stringify(instruments)}))
          and completed_at >= ${from} and completed_at <= ${to}
        order by completed_at, id
      `,
    )
    .map(toAnswered);

/** Of some of the person's days, oldest first. */
export const listResultsOfDays = (
  db: Reader,
  { start, end, dayStart }: DayRange,
): readonly AnsweredAssessment[] =>
  db
    .all<AnsweredRow>(
      sql`
        select id, instrument, instrument_version, responses, completed_at, local_date
        from assessment
        where deleted_at is null and status = 'completed'
          and local_date between ${start} and date(${end}, '+1 day')
          and case when wall_time < ${dayStart} then date(local_date, '-1 day')
            else local_date end between ${start} and ${end}
        order by completed_at, id
      `,
    )
    .map(toAnswered);

type AnsweredRow = Omit<AnsweredAssessment, 'responses' | 'status'> & { readonly responses: string };

/** As in other rows of our own file, what stands here was parsed before it was written. */
const toAnswered = (row: AnsweredRow): AnsweredAssessment => ({
  ...row,
  status: 'completed',
  responses: JSON.parse(row.responses) as AnsweredAssessment['responses'],
});
