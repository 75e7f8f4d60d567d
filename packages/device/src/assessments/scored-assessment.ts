/** A questionnaire as it is shown: with its score, worked out each time and never stored. */
import { type Assessment, type Score, scoreAssessment } from '@mhb/core-domain';

export interface ScoredAssessment extends Assessment {
  /** Null for a draft: a partial sum has no meaning. */
  readonly score: Score | null;
}

export const withScore = (assessment: Assessment): ScoredAssessment => {
  const score = assessment.status === 'completed' ? scoreAssessment(assessment) : undefined;
  return { ...assessment, score: score?.ok === true ? score.value : null };
};
