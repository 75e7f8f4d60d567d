/** Every published vector, and what must hold for any answers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/assessment_scoring.json' with { type: 'json' };
import { InstrumentCode } from './instrument-code.ts';
import { instruments } from './instruments.ts';
import { checkDraft, isItem9Positive, needsHelpNotice, scoreAssessment, scoreOf } from './scoring.ts';

test.each(vectors.cases)('$id scores as published $note', (vector) => {
  const instrument = InstrumentCode.parse(vector.instrument);
  expect(scoreAssessment({ instrument, responses: vector.responses })).toEqual({
    ok: true,
    value: {
      total: vector.expected_score,
      severity: vector.expected_severity,
      screen_positive: vector.screen_positive,
      bands_validated: instrument === 'PHQ9' || instrument === 'GAD7',
      comparable: true,
    },
  });
  if ('item9_positive' in vector) expect(isItem9Positive(vector.responses)).toBe(vector.item9_positive);
});

test.each(vectors.invalid_cases)('$id is refused with $expected_error', (vector) => {
  const instrument = InstrumentCode.safeParse(vector.instrument);
  if (!instrument.success) {
    expect(vector.expected_error).toBe('InvalidType');
    return;
  }
  const score = scoreAssessment({ instrument: instrument.data, responses: vector.responses });
  expect(score).toMatchObject({ ok: false, error: { type: vector.expected_error } });
});

test.each(vectors.draft_cases)('$id has no score', ({ instrument, responses, recommended }) => {
  const draft = { instrument: InstrumentCode.parse(instrument), responses };
  expect(scoreOf({ ...draft, instrument_version: 'published', status: 'draft' })).toBe(recommended.score);
  expect(checkDraft(draft).ok).toBe(true);
});

describe('refusals', () => {
  const refusalOf = (responses: readonly number[]): unknown => {
    const score = scoreAssessment({ instrument: 'OASIS', responses });
    return score.ok ? undefined : score.error;
  };

  test('an unanswered question is told before a wrong number of answers, and that before a wrong answer', () => {
    expect(refusalOf([-1, 9])).toEqual({ type: 'UnansweredQuestions', count: 1, total: 2 });
    expect(refusalOf([0, 9])).toEqual({ type: 'IncompleteResponses', expected: 5, actual: 2 });
    expect(refusalOf([0, 0, 9, 9, 0])).toEqual({ type: 'InvalidResponse', question: 3 });
  });

  test.each([-2, 5, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is not an answer', (response) => {
    expect(refusalOf([0, 0, 0, 0, response])).toEqual({ type: 'InvalidResponse', question: 5 });
  });
});

describe('drafts', () => {
  test.each([
    { responses: [1, -1, -1, -1, -1], outcome: { ok: true, value: { answered: 1, total: 5 } } },
    { responses: [-1, -1, -1, -1, -1], outcome: { ok: false, error: { type: 'NothingAnswered' } } },
    {
      responses: [1, -1],
      outcome: { ok: false, error: { type: 'IncompleteResponses', expected: 5, actual: 2 } },
    },
    {
      responses: [1, -1, 5, -1, -1],
      outcome: { ok: false, error: { type: 'InvalidResponse', question: 3 } },
    },
    { responses: [1, -2, 0, 0, 0], outcome: { ok: false, error: { type: 'InvalidResponse', question: 2 } } },
  ])('$responses', ({ responses, outcome }) => {
    expect(checkDraft({ instrument: 'OASIS', responses })).toEqual(outcome);
  });
});

test('only the ninth answer of a PHQ-9 asks for the help notice, also in a draft', () => {
  const ninth = [-1, -1, -1, -1, -1, -1, -1, -1, 1];
  expect(needsHelpNotice({ instrument: 'PHQ9', responses: ninth })).toBe(true);
  expect(needsHelpNotice({ instrument: 'PHQ9', responses: [3, 3, 3, 3, 3, 3, 3, 3, 0] })).toBe(false);
  expect(needsHelpNotice({ instrument: 'PHQ9', responses: [3, 3, 3, 3, 3, 3, 3, 3, -1] })).toBe(false);
  expect(needsHelpNotice({ instrument: 'PHQ9', responses: [] })).toBe(false);
  expect(needsHelpNotice({ instrument: 'CESD', responses: Array.from({ length: 20 }, () => 3) })).toBe(false);
});

test('answers to other words than the published ones say so', () => {
  const legacy = {
    instrument: 'OASIS',
    responses: [2, 2, 2, 2, 2],
    instrument_version: 'legacy-anchors',
  } as const;
  expect(scoreOf({ ...legacy, status: 'completed' })).toMatchObject({ total: 10, comparable: false });
});

test('a completed record with answers that do not fit has no score instead of a wrong one', () => {
  const arrived = {
    instrument: 'GAD7',
    responses: [1],
    instrument_version: 'published',
    status: 'completed',
  } as const;
  expect(scoreOf(arrived)).toBeNull();
});

const anyAnswers = fc.constantFrom(...InstrumentCode.options).chain((instrument) => {
  const { question_count, answer_max } = instruments[instrument];
  const answer = fc.integer({ min: 0, max: answer_max });
  return fc.record({
    instrument: fc.constant(instrument),
    responses: fc.array(answer, { minLength: question_count, maxLength: question_count }),
  });
});

const totalOf = (answers: Parameters<typeof scoreAssessment>[0]): number => {
  const score = scoreAssessment(answers);
  return score.ok ? score.value.total : Number.NaN;
};

test('every complete set of answers scores within the range of its instrument and inside its band', () => {
  fc.assert(
    fc.property(anyAnswers, (answers) => {
      const { score_min, score_max, bands, cut_off } = instruments[answers.instrument];
      const score = scoreAssessment(answers);
      if (!score.ok) throw new Error(score.error.type);
      const { total, severity, screen_positive } = score.value;
      const band = bands.find((candidate) => candidate.severity === severity);
      expect(total).toBeGreaterThanOrEqual(Math.max(score_min, band?.score_min ?? Number.NaN));
      expect(total).toBeLessThanOrEqual(Math.min(score_max, band?.score_max ?? Number.NaN));
      expect(screen_positive).toBe(total >= cut_off);
    }),
  );
});

test('the CES-D is the plain sum plus 12 minus twice the answers to its four happy questions', () => {
  const anyCesd = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(anyCesd, (responses) => {
      const sum = responses.reduce((total, response) => total + response, 0);
      const happy = [4, 8, 12, 16].reduce((total, question) => total + (responses[question - 1] ?? 0), 0);
      expect(totalOf({ instrument: 'CESD', responses })).toBe(sum + 12 - 2 * happy);
    }),
  );
});

test('one answer a step worse moves the total by one point, down where the question is reversed', () => {
  fc.assert(
    fc.property(anyAnswers, fc.nat(), ({ instrument, responses }, seed) => {
      const { answer_max, reversed_questions } = instruments[instrument];
      const index = seed % responses.length;
      const before = responses.with(index, Math.min(responses[index] ?? 0, answer_max - 1));
      const after = before.with(index, (before[index] ?? 0) + 1);
      const step = reversed_questions.includes(index + 1) ? -1 : 1;
      expect(totalOf({ instrument, responses: after }) - totalOf({ instrument, responses: before })).toBe(
        step,
      );
    }),
  );
});
