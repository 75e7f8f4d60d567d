/** The facts of the questionnaires as the device gives them, and what a score means in words. */
import type { ScoreChange } from '@mhb/core-domain';
import type { AnswerOf } from '@mhb/device';
import { severityWord } from './severity-words.ts';

export type InstrumentFacts = AnswerOf<'get_assessment_types'>[number];
export type ScoredAssessment = NonNullable<AnswerOf<'get_latest_assessment'>>;

/** "Moderate", or where the bands are only descriptive "Above cut-off 16" first. */
export const standing = (facts: InstrumentFacts, score: NonNullable<ScoredAssessment['score']>): string => {
  if (!score.comparable) return 'Older wording';
  if (facts.bands_validated) return severityWord(score.severity);
  return `${score.total >= facts.cut_off ? 'At or above' : 'Below'} cut-off ${String(facts.cut_off)}`;
};

/** The segments of its rail: the clinical bands, or where there are none the two sides of the published cut-off. */
export const railBands = ({ bands, bands_validated, cut_off, score_min, score_max }: InstrumentFacts) =>
  bands_validated
    ? bands
    : [
        { severity: 'minimal' as const, score_min, score_max: cut_off - 1 },
        { severity: 'severe' as const, score_min: cut_off, score_max },
      ];

/** What the questionnaire asks about, in a word. */
export const subject = (facts: InstrumentFacts): string =>
  facts.instrument === 'PHQ9' || facts.instrument === 'CESD' ? 'Depression' : 'Anxiety';

/**
 * A change by the instrument's usual yardstick, as the domain's `scoreChange` and the statistics of a chart have it, in
 * words that do not judge: "5 points lower than on 4 January. 5 points or more is the usual yardstick."
 */
export const changeSentence = (
  { change, points_needed: needed }: Pick<ScoreChange, 'change' | 'points_needed'>,
  beforeDay: string,
): string => {
  const size = Math.abs(change);
  const points_ = `${String(size)} ${size === 1 ? 'point' : 'points'}`;
  if (change === 0) return `The same as on ${beforeDay}.`;
  const sentence = `${points_} ${change < 0 ? 'lower' : 'higher'} than on ${beforeDay}.`;
  return size >= needed
    ? `${sentence} ${String(needed)} points or more is the usual yardstick.`
    : `${sentence} Less than the ${String(needed)} points usually counted as a change.`;
};
