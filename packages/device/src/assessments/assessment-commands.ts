/** What a person can do with questionnaires: fill one in, save a draft, change its note, delete it. */
import {
  type Assessment,
  AssessmentId,
  assessmentNotes,
  AssessmentStatus,
  checkDraft,
  type DraftNotValid,
  InstrumentCode,
  instantOf,
  type NotScorable,
  ok,
  PUBLISHED_VERSION,
  type Result,
  scoreAssessment,
} from '@mhb/core-domain';
import { z } from 'zod';
import { findLiving, type NotFound } from '../changes/find-record.ts';
import { createRecord, deleteRecord, editRecord } from '../changes/local-change.ts';
import { write } from '../changes/write.ts';
import type { Reader } from '../database/sql.ts';
import type { DeviceDeps } from '../deps.ts';
import { BACKDATE_HOURS_MAX, type NotNow, readMoment, recentMomentField } from '../moment-input.ts';
import type { InvalidInput } from '../parse.ts';
import { listDrafts } from './assessment-repository.ts';
import { type AlreadyCompletedToday, refuseSecondOnADay } from './once-a-day.ts';
import { type ScoredAssessment, withScore } from './scored-assessment.ts';

export const SubmitAssessment = z.strictObject({
  instrument: InstrumentCode,
  responses: z
    .array(z.int())
    .max(100)
    .describe(
      'One answer per question, in order, each the place of the chosen option counted from 0; -1 in a draft is not answered yet.',
    ),
  notes: assessmentNotes
    .optional()
    .describe(
      'Text of up to 10,000 characters; null or blank for none. Where nothing is given, that of the draft.',
    ),
  status: AssessmentStatus.default('completed'),
  completed_at: recentMomentField,
});

type Scored = z.infer<typeof ScoredAssessment>;

type SubmitFailure = AlreadyCompletedToday | DraftNotValid | InvalidInput | NotNow | NotScorable;

/**
 * Completes a questionnaire, or saves its draft. There is one draft per questionnaire: saving again replaces it, and
 * completing turns it into the completed entry.
 */
export const submitAssessment = (
  deps: DeviceDeps,
  input: z.output<typeof SubmitAssessment>,
): Result<Scored, SubmitFailure> => {
  const checked = input.status === 'draft' ? checkDraft(input) : scoreAssessment(input);
  if (!checked.ok) return checked;
  const moment = readMoment(deps, {
    field: 'completed_at',
    text: input.completed_at,
    backdateHoursMax: BACKDATE_HOURS_MAX,
  });
  if (!moment.ok) return moment;

  return write(deps, (tx): Result<Scored, SubmitFailure> => {
    const draft = findDraft(tx, input.instrument);
    if (input.status === 'completed') {
      const free = refuseSecondOnADay(tx, input.instrument, moment.value);
      if (!free.ok) return free;
    }
    const { at, ...day } = moment.value;
    const assessment: Assessment = {
      id: draft?.id ?? AssessmentId.parse(deps.newId()),
      instrument: input.instrument,
      instrument_version: PUBLISHED_VERSION,
      responses: input.responses,
      status: input.status,
      completed_at: at,
      ...day,
      legacy_total_score: null,
      notes: input.notes === undefined ? (draft?.notes ?? null) : input.notes,
      created_at: draft?.created_at ?? instantOf(deps.clock.nowMs()),
    };
    if (draft === undefined) createRecord(deps, tx, 'assessment', assessment);
    else editRecord(deps, tx, 'assessment', assessment);
    return ok(withScore(assessment));
  });
};

export const UpdateAssessmentNotes = z.strictObject({ id: AssessmentId, notes: assessmentNotes });

export const updateAssessmentNotes = (
  deps: DeviceDeps,
  { id, notes }: z.output<typeof UpdateAssessmentNotes>,
): Result<Scored, NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'assessment', id, field: 'id' });
    if (!held.ok) return held;
    const assessment = { ...held.value, notes };
    editRecord(deps, tx, 'assessment', assessment);
    return ok(withScore(assessment));
  });

export const DeleteAssessment = z.strictObject({ id: AssessmentId });

/** Moves a questionnaire or a draft to the Trash. */
export const deleteAssessment = (
  deps: DeviceDeps,
  { id }: z.output<typeof DeleteAssessment>,
): Result<null, NotFound> =>
  write(deps, (tx) => {
    const held = findLiving(tx, { kind: 'assessment', id, field: 'id' });
    if (!held.ok) return held;
    deleteRecord(deps, tx, id);
    return ok(null);
  });

/** The latest one: drafts made on two devices may have met (rule M5). */
const findDraft = (db: Reader, instrument: InstrumentCode): Assessment | undefined =>
  listDrafts(db, { instrument, limit: 1 })[0];
