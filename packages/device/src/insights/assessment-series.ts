/** Results as lines to draw: answers to other words are a line of their own, and a result without a score is on none. */
import {
  AssessmentId,
  AssessmentSeries,
  Instant,
  InstrumentCode,
  LocalDate,
  scoreOf,
  seriesOf,
  Severity,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { AnsweredAssessment } from './assessment-result-repository.ts';

/** A line needs two points. */
export const POINTS_MIN = 2;

const ScoredPoint = z
  .strictObject({
    id: AssessmentId,
    at: Instant,
    local_date: LocalDate,
    value: z.int().min(0).describe('The total.'),
    severity: Severity.nullable().describe(
      'The band; null where bands don’t hold for the words that were answered.',
    ),
  })
  .readonly();
type ScoredPoint = z.infer<typeof ScoredPoint>;

export const ScoredSeries = AssessmentSeries.unwrap()
  .extend({
    instrument: InstrumentCode,
    points: z.array(ScoredPoint).readonly().describe('Oldest first.'),
  })
  .readonly();
export type ScoredSeries = z.infer<typeof ScoredSeries>;

/** The published wording of an instrument comes before others, which go by their key. */
export const toSeries = (results: readonly AnsweredAssessment[]): readonly ScoredSeries[] => {
  const byKey = new Map<string, ScoredSeries & { readonly points: ScoredPoint[] }>();
  for (const result of results) {
    const score = scoreOf(result);
    if (score === null) continue;
    const series = seriesOf(result);
    const held = byKey.get(series.key) ?? { ...series, instrument: result.instrument, points: [] };
    byKey.set(series.key, held);
    held.points.push({
      id: result.id,
      at: result.completed_at,
      local_date: result.local_date,
      value: score.total,
      severity: series.comparable ? score.severity : null,
    });
  }
  return [...byKey.values()].toSorted(inReadingOrder);
};

const inReadingOrder = (a: ScoredSeries, b: ScoredSeries): number => {
  const order = (code: InstrumentCode): number => InstrumentCode.options.indexOf(code);
  if (a.instrument !== b.instrument) return order(a.instrument) - order(b.instrument);
  if (a.comparable !== b.comparable) return a.comparable ? -1 : 1;
  return a.key < b.key ? -1 : 1;
};
