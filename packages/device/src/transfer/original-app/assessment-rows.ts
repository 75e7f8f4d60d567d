/**
 * Filled-in questionnaires and drafts of the original app. The answers count: totals are worked out anew, and the
 * stored one, which for the CES-D is wrong, is kept beside them as `legacy_total_score`.
 */
import {
  AssessmentId,
  AssessmentStatus,
  err,
  type InstrumentCode,
  LEGACY_ANCHORS_VERSION,
  momentOf,
  ok,
  PUBLISHED_VERSION,
  type Result,
  storedText,
  UNANSWERED,
} from '@mhb/core-domain';
import { z } from 'zod';
import {
  type Conversions,
  convertRows,
  originalRecord,
  type OriginalRecord,
  orNull,
  type Reading,
} from './conversion.ts';
import { type InstrumentById, UNKNOWN_INSTRUMENT } from './instrument-rows.ts';
import type { FoundRows } from './tables.ts';
import { NO_TIME, rowBefore, rowTime } from './times.ts';

const AssessmentRow = z.object({
  id: z.int(),
  assessment_type_id: z.int(),
  responses: z.string(),
  // Kept for the record only; the answers don't go for want of it.
  total_score: z.int().nullable().catch(null),
  completed_at: z.unknown(),
  notes: storedText.nullable(),
  status: AssessmentStatus,
});
type AssessmentRow = z.infer<typeof AssessmentRow>;

export interface AssessmentRecord extends OriginalRecord {
  readonly instrument: InstrumentCode;
  readonly responses: readonly number[];
}

/** Several of one day, and several drafts, come along as they are. */
export const convertAssessments = (
  reading: Reading,
  { rows }: FoundRows,
  instrumentById: InstrumentById,
): Conversions<AssessmentRow, AssessmentRecord> =>
  convertRows(reading, {
    rows,
    schema: AssessmentRow,
    convert: ({ names, timeZone, before }, row) => {
      const instrument = instrumentById.get(row.assessment_type_id);
      if (instrument === undefined) return err(UNKNOWN_INSTRUMENT);
      const responses = readResponses(row, instrument);
      if (!responses.ok) return responses;
      const completed = rowTime('completed_at', row.completed_at, [rowBefore(before)]);
      if (completed === undefined) return err(NO_TIME);
      const { at, time_zone, local_date } = momentOf(completed.at, timeZone);
      const entity = {
        id: AssessmentId.parse(names.idOf('assessment_responses', row.id)),
        instrument,
        instrument_version: instrument === 'OASIS' ? LEGACY_ANCHORS_VERSION : PUBLISHED_VERSION,
        responses: responses.value,
        status: row.status,
        completed_at: at,
        time_zone,
        local_date,
        legacy_total_score: row.total_score,
        notes: orNull(row.notes),
        created_at: at,
      };
      const record = originalRecord(names, 'assessment', { entity, writtenAt: at, deletedAt: null });
      const notes = row.total_score === null ? ['its stored total is not a number and was left out'] : [];
      return ok({
        value: { ...record, instrument, responses: responses.value },
        at,
        notes: [...completed.notes, ...notes],
      });
    },
  });

/** How many questions, and the greatest answer to each. */
const answersOf = {
  PHQ9: { questions: 9, answerMax: 3 },
  GAD7: { questions: 7, answerMax: 3 },
  CESD: { questions: 20, answerMax: 3 },
  OASIS: { questions: 5, answerMax: 4 },
} as const satisfies Record<InstrumentCode, { questions: number; answerMax: number }>;

const readResponses = (
  { responses, status }: AssessmentRow,
  instrument: InstrumentCode,
): Result<readonly number[], string> => {
  const { questions, answerMax } = answersOf[instrument];
  const least = status === 'draft' ? UNANSWERED : 0;
  const read = z.array(z.int()).safeParse(parseJson(responses));
  if (!read.success) return err('the column responses holds no list of answers');
  if (read.data.length !== questions) return err('it has not one answer for each question');
  const isInRange = read.data.every((answer) => answer >= least && answer <= answerMax);
  return isInRange ? ok(read.data) : err('one of its answers is none that the questionnaire offers');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Completed CES-D questionnaires whose stored total is not the one that Radloff's scoring gives. */
export const countRescored = ({ converted }: Conversions<AssessmentRow, AssessmentRecord>): number =>
  converted.filter(
    ({ row, value }) =>
      value.instrument === 'CESD' &&
      row.status === 'completed' &&
      row.total_score !== null &&
      row.total_score !== cesdTotal(value.responses),
  ).length;

const REVERSED: ReadonlySet<number> = new Set([4, 8, 12, 16]);

const cesdTotal = (responses: readonly number[]): number =>
  responses.reduce((total, answer, index) => total + (REVERSED.has(index + 1) ? 3 - answer : answer), 0);
