/** Up to four questionnaires in one chart: each as a share of what it can reach, since their totals are not alike. */
import {
  type Instant,
  InstrumentCode,
  instruments,
  ok,
  type Result,
  type AssessmentId,
  type LocalDate,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { DeviceDeps } from '../deps.ts';
import type { InvalidInput } from '../parse.ts';
import { listResults } from './assessment-result-repository.ts';
import { POINTS_MIN, type ScoredSeries, toSeries } from './assessment-series.ts';
import { readTimeRange, type ShownBounds, shownBounds, timeRangeFields } from './time-range.ts';

export const GetComparisonChartData = z.strictObject({
  instruments: z
    .array(InstrumentCode)
    .min(1)
    .max(InstrumentCode.options.length)
    .refine((codes) => new Set(codes).size === codes.length, 'must name each questionnaire once'),
  ...timeRangeFields,
});

interface ComparedPoint {
  readonly id: AssessmentId;
  readonly at: Instant;
  readonly local_date: LocalDate;
  /** From 0, the lowest total of the questionnaire, to 100, the highest. */
  readonly percent: number;
  /** The total itself. */
  readonly score: number;
}

interface ComparedSeries extends Omit<ScoredSeries, 'points'> {
  readonly has_enough: boolean;
  readonly points: readonly ComparedPoint[];
}

interface ComparisonChart extends ShownBounds {
  readonly has_enough: boolean;
  readonly series: readonly ComparedSeries[];
}

/** A questionnaire without results has no series. A high share is not the same burden in two of them. */
export const getComparisonChartData = (
  deps: DeviceDeps,
  { instruments: codes, ...asked }: z.output<typeof GetComparisonChartData>,
): Result<ComparisonChart, InvalidInput> => {
  const range = readTimeRange(deps, asked);
  if (!range.ok) return range;
  const { from, to } = range.value;
  const results = listResults(deps.database, { instruments: codes, from, to });
  const series = toSeries(results).map(toComparedSeries);
  return ok({ ...shownBounds(range.value), has_enough: series.some(({ has_enough }) => has_enough), series });
};

const toComparedSeries = ({ points, ...series }: ScoredSeries): ComparedSeries => {
  const { score_min, score_max } = instruments[series.instrument];
  return {
    ...series,
    has_enough: points.length >= POINTS_MIN,
    points: points.map(({ value, severity: _, ...point }) => ({
      ...point,
      percent: ((value - score_min) * 100) / (score_max - score_min),
      score: value,
    })),
  };
};
