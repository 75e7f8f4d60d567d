/** What a person can ask about questionnaires. */
import { AssessmentId, Instrument, InstrumentCode, instruments, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { rangeFields, readRange, WHOLE_RANGE } from '../date-range.ts';
import type { DatabaseDep, DeviceDeps } from '../deps.ts';
import type { InvalidInput } from '../parse.ts';
import { listCompleted, listCompletedOf, listDrafts } from './assessment-repository.ts';
import {
  type ListedAssessment,
  type ListedAssessments,
  type ScoredAssessment,
  withScore,
} from './scored-assessment.ts';

export const GetAssessmentTypes = z.strictObject({});

export const AssessmentTypes = z.array(Instrument.unwrap().omit({ questions: true }).readonly()).readonly();

/** The questionnaires with their published facts; the questions apart. */
export const getAssessmentTypes = (): Result<z.infer<typeof AssessmentTypes>, never> =>
  ok(Object.values(instruments).map(({ questions: _, ...facts }) => facts));

export const GetAssessmentQuestions = z.strictObject({ instrument: InstrumentCode });

/** Instruction, time frame, questions and answers, as published. */
export const getAssessmentQuestions = (
  _: DeviceDeps,
  { instrument }: z.output<typeof GetAssessmentQuestions>,
): Result<Instrument, never> => ok(instruments[instrument]);

export const GetAssessmentHistory = z.strictObject({
  instrument: InstrumentCode.nullish().describe('One questionnaire alone; all where nothing is given.'),
  ...rangeFields,
});

/** Completed ones, newest first. */
export const getAssessmentHistory = (
  { database }: DatabaseDep,
  input: z.output<typeof GetAssessmentHistory>,
): Result<z.infer<typeof ListedAssessments>, InvalidInput> => {
  const range = readRange(input);
  if (!range.ok) return range;
  const { instrument = null } = input;
  const found =
    instrument === null
      ? listCompleted(database, range.value)
      : listCompletedOf(database, instrument, range.value);
  return ok(found.map(withScore));
};

export const GetLatestAssessment = z.strictObject({ instrument: InstrumentCode });

/** The latest completed one, or null. */
export const getLatestAssessment = (
  { database }: DatabaseDep,
  { instrument }: z.output<typeof GetLatestAssessment>,
): Result<z.infer<typeof ListedAssessment> | null, never> => {
  const [latest] = listCompletedOf(database, instrument, { ...WHOLE_RANGE, limit: 1 });
  return ok(latest === undefined ? null : withScore(latest));
};

export const GetDraftAssessments = z.strictObject({});

/** Drafts, the last saved first. */
export const getDraftAssessments = ({
  database,
}: DatabaseDep): Result<z.infer<typeof ListedAssessments>, never> =>
  ok(listDrafts(database, { instrument: null, limit: 1_000 }).map(withScore));

export const GetAssessmentResponse = z.strictObject({ id: AssessmentId });

/** One questionnaire or draft. */
export const getAssessmentResponse = (
  { database }: DatabaseDep,
  { id }: z.output<typeof GetAssessmentResponse>,
): Result<z.infer<typeof ScoredAssessment>, NotFound> => {
  const found = findLiving(database, { kind: 'assessment', id, field: 'id' });
  return found.ok ? ok(withScore(found.value)) : found;
};
