/** Filled-in questionnaires and drafts as rows. */
import {
  Assessment,
  type AssessmentId,
  Instant,
  type InstrumentCode,
  LocalDate,
  type Moment,
  TimeZone,
} from '@mhb/core-domain';
import { z } from 'zod';
import { type Deletable, type Row, rowReader } from '../changes/deletable.ts';
import { sql, type Reader, type Transaction } from '../database/sql.ts';
import type { Range } from '../date-range.ts';

export const upsertAssessment = (
  tx: Transaction,
  assessment: Assessment,
  deletedAt: Instant | null,
): void => {
  tx.run(sql`
    insert into assessment
      (id, instrument, instrument_version, responses, status, completed_at, time_zone, local_date,
       wall_time, legacy_total_score, notes, created_at, deleted_at)
    values
      (${assessment.id}, ${assessment.instrument}, ${assessment.instrument_version},
       ${JSON.stringify(assessment.responses)}, ${assessment.status}, ${assessment.completed_at},
       ${assessment.time_zone}, ${assessment.local_date}, wall_time(${assessment.completed_at}, ${assessment.time_zone}),
       ${assessment.legacy_total_score}, ${assessment.notes}, ${assessment.created_at}, ${deletedAt})
    on conflict (id) do update set
      instrument = excluded.instrument, instrument_version = excluded.instrument_version,
      responses = excluded.responses, status = excluded.status, completed_at = excluded.completed_at,
      time_zone = excluded.time_zone, local_date = excluded.local_date, wall_time = excluded.wall_time,
      legacy_total_score = excluded.legacy_total_score, notes = excluded.notes,
      created_at = excluded.created_at, deleted_at = excluded.deleted_at
  `);
};

export const deleteAssessment = (tx: Transaction, id: AssessmentId): void => {
  tx.run(sql`delete from assessment where id = ${id}`);
};

/** Living completed ones, newest first. */
export const listCompleted = (
  db: Reader,
  { from, to, beforeId, limit }: Range,
): readonly Deletable<Assessment>[] =>
  db
    .all<AssessmentRow>(
      sql`
        select id, instrument, instrument_version, responses, status, completed_at, time_zone, local_date,
          legacy_total_score, notes, created_at, deleted_at
        from assessment
        where deleted_at is null and status = 'completed'
          and completed_at >= ${from} and (completed_at, id) < (${to}, ${beforeId})
        order by completed_at desc, id desc
        limit cast(${limit} as integer)
      `,
    )
    .map(readRow);

/** The same of one instrument. */
export const listCompletedOf = (
  db: Reader,
  instrument: InstrumentCode,
  { from, to, beforeId, limit }: Range,
): readonly Deletable<Assessment>[] =>
  db
    .all<AssessmentRow>(
      sql`
        select id, instrument, instrument_version, responses, status, completed_at, time_zone, local_date,
          legacy_total_score, notes, created_at, deleted_at
        from assessment
        where deleted_at is null and status = 'completed' and instrument = ${instrument}
          and completed_at >= ${from} and (completed_at, id) < (${to}, ${beforeId})
        order by completed_at desc, id desc
        limit cast(${limit} as integer)
      `,
    )
    .map(readRow);

/** Living drafts, the last saved first; of one instrument where one is given. */
export const listDrafts = (
  db: Reader,
  { instrument, limit }: { readonly instrument: InstrumentCode | null; readonly limit: number },
): readonly Deletable<Assessment>[] =>
  db
    .all<AssessmentRow>(
      sql`
        select id, instrument, instrument_version, responses, status, completed_at, time_zone, local_date,
          legacy_total_score, notes, created_at, deleted_at
        from assessment
        where deleted_at is null and status = 'draft' and (${instrument} is null or instrument = ${instrument})
        order by completed_at desc, id desc
        limit cast(${limit} as integer)
      `,
    )
    .map(readRow);

type AssessmentRow = Row & { readonly responses: string };

const readAssessment = rowReader(Assessment);

const readRow = (row: AssessmentRow): Deletable<Assessment> =>
  readAssessment({ ...row, responses: JSON.parse(row.responses) as unknown });

/** Whether a questionnaire was completed on a day of the person's calendar. */
export const listCompletedMoments = (
  db: Reader,
  { instrument, localDates }: { readonly instrument: string; readonly localDates: readonly string[] },
): readonly Moment[] =>
  db
    .all(
      sql`
      select completed_at as at, time_zone, local_date from assessment
      where deleted_at is null and status = 'completed' and instrument = ${instrument}
        and local_date in (select value from json_each(${JSON.stringify(localDates)}))
    `,
    )
    .map((row) => CompletedMoment.parse(row));

const CompletedMoment = z.object({ at: Instant, time_zone: TimeZone, local_date: LocalDate });
