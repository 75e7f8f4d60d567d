/** A questionnaire's score. Worked out from the answers each time and never stored, so the two can't disagree. */
import { z } from 'zod';
import { assert } from '../assert.ts';
import { err, ok, type Result } from '../result.ts';
import { type Assessment, PUBLISHED_VERSION, UNANSWERED } from './assessment.ts';
import { Severity } from './instrument.ts';
import { instruments } from './instruments.ts';
import { isPublishedWording } from './series.ts';

export const Score = z
  .strictObject({
    total: z.int().min(0),
    severity: Severity,
    bands_validated: z.boolean().describe('False: severity describes and is not a clinical statement.'),
    screen_positive: z
      .boolean()
      .describe('Whether the total has reached the published cut-off. Only a statement where comparable.'),
    comparable: z.boolean().describe('False for answers to words that are not the published ones.'),
  })
  .readonly();
export type Score = z.infer<typeof Score>;

interface IncompleteResponses {
  readonly type: 'IncompleteResponses';
  readonly expected: number;
  readonly actual: number;
}

/** Questions are counted from 1, as on paper. */
interface InvalidResponse {
  readonly type: 'InvalidResponse';
  readonly question: number;
}

export type NotScorable =
  | { readonly type: 'UnansweredQuestions'; readonly count: number; readonly total: number }
  | IncompleteResponses
  | InvalidResponse;

export type DraftNotValid = IncompleteResponses | InvalidResponse | { readonly type: 'NothingAnswered' };

type Answers = Pick<Assessment, 'instrument' | 'responses'>;

/** Sources of bands and cut-offs: instruments.ts. Unanswered questions are told before anything else is. */
export const scoreAssessment = ({
  instrument,
  responses,
  instrument_version = PUBLISHED_VERSION,
}: Answers & Partial<Pick<Assessment, 'instrument_version'>>): Result<Score, NotScorable> => {
  const { answer_max, reversed_questions, bands, bands_validated, cut_off } = instruments[instrument];
  const count = responses.filter((response) => response === UNANSWERED).length;
  if (count > 0) return err({ type: 'UnansweredQuestions', count, total: responses.length });
  const checked = checkResponses({ instrument, responses, lowest: 0 });
  if (!checked.ok) return checked;

  const total = responses.reduce(
    (sum, response, index) =>
      sum + (reversed_questions.includes(index + 1) ? answer_max - response : response),
    0,
  );
  const band = bands.find(({ score_max }) => total <= score_max);
  assert(band, 'the last band ends at the highest possible total');
  return ok({
    total,
    severity: band.severity,
    bands_validated,
    screen_positive: total >= cut_off,
    comparable: isPublishedWording(instrument_version),
  });
};

/** Null for a draft, where a partial sum has no meaning, and for a record that arrived with answers that don't fit. */
export const scoreOf = (
  assessment: Answers & Pick<Assessment, 'instrument_version' | 'status'>,
): Score | null => {
  if (assessment.status === 'draft') return null;
  const score = scoreAssessment(assessment);
  return score.ok ? score.value : null;
};

/** A draft has a place for every question, and at least one of them is answered. */
export const checkDraft = ({
  instrument,
  responses,
}: Answers): Result<{ readonly answered: number; readonly total: number }, DraftNotValid> => {
  const checked = checkResponses({ instrument, responses, lowest: UNANSWERED });
  if (!checked.ok) return checked;
  const answered = responses.filter((response) => response !== UNANSWERED).length;
  return answered === 0 ? err({ type: 'NothingAnswered' }) : ok({ answered, total: responses.length });
};

/**
 * Whether the ninth answer of a PHQ-9 asks for the help notice: any thought of being better off dead or of hurting
 * oneself. Also for drafts, and independent of the score.
 */
export const isItem9Positive = (responses: readonly number[]): boolean => (responses[8] ?? 0) > 0;

/** Whether the help notice belongs beside these answers: only the PHQ-9 asks. */
export const needsHelpNotice = ({ instrument, responses }: Answers): boolean =>
  instrument === 'PHQ9' && isItem9Positive(responses);

const checkResponses = ({
  instrument,
  responses,
  lowest,
}: Answers & { readonly lowest: number }): Result<void, IncompleteResponses | InvalidResponse> => {
  const { question_count, answer_max } = instruments[instrument];
  if (responses.length !== question_count) {
    return err({ type: 'IncompleteResponses', expected: question_count, actual: responses.length });
  }
  const wrong = responses.findIndex(
    (response) => !Number.isInteger(response) || response < lowest || response > answer_max,
  );
  return wrong === -1 ? ok(undefined) : err({ type: 'InvalidResponse', question: wrong + 1 });
};
