/** Up to four questionnaires in one chart: each as a share of what it can reach, since their totals are not alike. */
import {
  Instant,
  InstrumentCode,
  instruments,
  ok,
  type Result,
  AssessmentId,
  LocalDate,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { DeviceDeps } from '../deps.ts';
import type { InvalidInput } from '../parse.ts';
import { listResultsOfMany } from './assessment-result-repository.ts';
import { POINTS_MIN, ScoredSeries, toSeries } from './assessment-series.ts';
import { readTimeRange, ShownBounds, shownBounds, timeRangeFields } from './time-range.ts';

export const GetComparisonChartData = z.strictObject({
  instruments: z
    .array(InstrumentCode)
    .min(1)
    .max(InstrumentCode.options.length)
    .refine((codes) => new Set(codes).size === codes.length, 'must name each questionnaire once')
    .describe('Which questionnaires, each once.'),
  ...timeRangeFields,
});

const ComparedPoint = z
  .strictObject({
    id: AssessmentId,
    at: Instant,
    local_date: LocalDate,
    percent: z
      .number()
      .min(0)
      .max(100)
      .describe('From 0, the lowest total of the questionnaire, to 100, the highest.'),
    score: z.int().describe('The total itself.'),
  })
  .readonly();

const ComparedSeries = ScoredSeries.unwrap()
  .extend({
    has_enough: z.boolean().describe('Whether there are the two points that a line needs.'),
    points: z.array(ComparedPoint).readonly().describe('Oldest first.'),
  })
  .readonly();

export const ComparisonChart = ShownBounds.unwrap()
  .extend({
    has_enough: z.boolean().describe('Whether any series has the two points that a line needs.'),
    series: z.array(ComparedSeries).readonly(),
  })
  .readonly();

/** A questionnaire without results has no series. A high share is not the same burden in two of them. */
export const getComparisonChartData = (
  deps: DeviceDeps,
  { instruments: codes, ...asked }: z.output<typeof GetComparisonChartData>,
): Result<z.infer<typeof ComparisonChart>, InvalidInput> => {
  const range = readTimeRange(deps, asked);
  if (!range.ok) return range;
  const series = toSeries(listResultsOfMany(deps.database, codes, range.value)).map(toComparedSeries);
  return ok({ ...shownBounds(range.value), has_enough: series.some(({ has_enough }) => has_enough), series });
};

const toComparedSeries = ({ points, ...series }: ScoredSeries): z.infer<typeof ComparedSeries> => {
  const { score_min, score_max } = instruments[series.instrument];
  return {
    ...series,
    has_enough: points.length >= POINTS_MIN,
    points: points.map(({ id, at, local_date, value }) => ({
      id,
      at,
      local_date,
      percent: ((value - score_min) * 100) / (score_max - score_min),
      score: value,
    })),
  };
};
