/** Results as lines to draw: answers to other words are a line of their own, and a result without a score is on none. */
import {
  type AssessmentId,
  type AssessmentSeries,
  type Instant,
  InstrumentCode,
  type LocalDate,
  scoreOf,
  seriesOf,
  type Severity,
} from '@mhb/core-domain';
import type { AnsweredAssessment } from './assessment-result-repository.ts';

/** A line needs two points. */
export const POINTS_MIN = 2;

export interface ScoredPoint {
  readonly id: AssessmentId;
  readonly at: Instant;
  readonly local_date: LocalDate;
  /** The total. */
  readonly value: number;
  /** The band; null where bands don't hold for the words that were answered. */
  readonly severity: Severity | null;
}

export interface ScoredSeries extends AssessmentSeries {
  readonly instrument: InstrumentCode;
  /** In the order of the results. */
  readonly points: readonly ScoredPoint[];
}

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
