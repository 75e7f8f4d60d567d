/** A questionnaire as it is shown: with its score, worked out each time and never stored. */
import { Assessment, Score, scoreAssessment } from '@mhb/core-domain';
import { z } from 'zod';
import { listed } from '../entity-answers.ts';

export const ScoredAssessment = Assessment.unwrap()
  .extend({ score: Score.nullable().describe('Null for a draft: a partial sum has no meaning.') })
  .strict()
  .readonly();

/** As it stands in a list. */
export const ListedAssessment = listed(ScoredAssessment);
export const ListedAssessments = z.array(ListedAssessment).readonly();

export const withScore = <Some extends Assessment>(
  assessment: Some,
): Some & { readonly score: Score | null } => {
  const score = assessment.status === 'completed' ? scoreAssessment(assessment) : undefined;
  return { ...assessment, score: score?.ok === true ? score.value : null };
};
