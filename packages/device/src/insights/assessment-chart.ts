/** One questionnaire over time: its results, the bands and the cut-off to draw beside them, and where it is going. */
import {
  InstrumentCode,
  type Instrument,
  instruments,
  ok,
  type Result,
  type ScoreChange,
  scoreChange,
  scoreChangeRule,
  type ScoreTrend,
  scoreTrend,
  type Severity,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { DeviceDeps } from '../deps.ts';
import type { InvalidInput } from '../parse.ts';
import { listResults } from './assessment-result-repository.ts';
import { POINTS_MIN, type ScoredSeries, toSeries } from './assessment-series.ts';
import { readTimeRange, type ShownBounds, shownBounds, timeRangeFields } from './time-range.ts';

export const GetAssessmentChartData = z.strictObject({ instrument: InstrumentCode, ...timeRangeFields });

/** A line at the total where a band begins; the lowest band begins at the axis and needs none. */
interface Threshold {
  readonly severity: Severity;
  readonly score: number;
}

interface SeriesStatistics extends Omit<ScoreTrend, 'average'> {
  readonly mean: number | null;
  /** By the instrument's own yardstick; null where that does not hold, or where there is nothing to compare. */
  readonly yardstick: (ScoreChange & { readonly rule: string }) | null;
}

interface ChartSeries extends ScoredSeries {
  readonly has_enough: boolean;
  /** None, and no cut-off, for answers to other words than the published ones. */
  readonly thresholds: readonly Threshold[];
  readonly cut_off: number | null;
  readonly statistics: SeriesStatistics;
}

type AssessmentChart = Pick<
  Instrument,
  'bands_source' | 'bands_validated' | 'cut_off_source' | 'display_name' | 'instrument'
> &
  ShownBounds & {
    readonly y_min: number;
    readonly y_max: number;
    /** Whether any series has the two points that a line needs. */
    readonly has_enough: boolean;
    readonly series: readonly ChartSeries[];
  };

/** Without results the answer has no series; that is no failure. */
export const getAssessmentChartData = (
  deps: DeviceDeps,
  { instrument: code, ...asked }: z.output<typeof GetAssessmentChartData>,
): Result<AssessmentChart, InvalidInput> => {
  const range = readTimeRange(deps, asked);
  if (!range.ok) return range;
  const { from, to } = range.value;
  const results = listResults(deps.database, { instruments: [code], from, to });
  const series = toSeries(results).map(toChartSeries);
  const { instrument, display_name, score_min, score_max, bands_validated, bands_source, cut_off_source } =
    instruments[code];
  return ok({
    instrument,
    display_name,
    ...shownBounds(range.value),
    y_min: score_min,
    y_max: score_max,
    bands_validated,
    bands_source,
    cut_off_source,
    has_enough: series.some(({ has_enough }) => has_enough),
    series,
  });
};

const toChartSeries = (series: ScoredSeries): ChartSeries => {
  const { bands, cut_off } = instruments[series.instrument];
  return {
    ...series,
    has_enough: series.points.length >= POINTS_MIN,
    thresholds: series.comparable
      ? bands.slice(1).map(({ severity, score_min }) => ({ severity, score: score_min }))
      : [],
    cut_off: series.comparable ? cut_off : null,
    statistics: statisticsOf(series),
  };
};

const statisticsOf = ({ instrument, comparable, points }: ScoredSeries): SeriesStatistics => {
  const values = points.map(({ value }) => value);
  const { average: mean, ...statistics } = scoreTrend(values);
  const [first] = values;
  const last = values.at(-1);
  const isMeasurable = comparable && values.length >= POINTS_MIN && first !== undefined && last !== undefined;
  return {
    ...statistics,
    mean,
    yardstick: isMeasurable
      ? { ...scoreChange(instrument, first, last), rule: scoreChangeRule(instrument) }
      : null,
  };
};
