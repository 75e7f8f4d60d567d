/** One questionnaire over time: its results, the bands and the cut-off to draw beside them, and where it is going. */
import {
  InstrumentCode,
  Instrument,
  instruments,
  ok,
  type Result,
  ScoreChange,
  scoreChange,
  scoreChangeRule,
  ScoreTrend,
  scoreTrend,
  Severity,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { DeviceDeps } from '../deps.ts';
import type { InvalidInput } from '../parse.ts';
import { listResults } from './assessment-result-repository.ts';
import { POINTS_MIN, ScoredSeries, toSeries } from './assessment-series.ts';
import { readTimeRange, ShownBounds, shownBounds, timeRangeFields } from './time-range.ts';

export const GetAssessmentChartData = z.strictObject({ instrument: InstrumentCode, ...timeRangeFields });

/** The lowest band begins at the axis and needs no line. */
const Threshold = z
  .strictObject({ severity: Severity, score: z.int() })
  .readonly()
  .describe('A line at the total where a band begins.');

const SeriesStatistics = ScoreTrend.unwrap()
  .omit({ average: true })
  .extend({
    mean: z.number().nullable(),
    yardstick: ScoreChange.unwrap()
      .extend({ rule: z.string().describe('The rule in words.') })
      .readonly()
      .nullable()
      .describe(
        'By the instrument’s own yardstick; null where that does not hold, or where there is nothing to compare.',
      ),
  })
  .readonly();

const ChartSeries = ScoredSeries.unwrap()
  .extend({
    has_enough: z.boolean().describe('Whether there are the two points that a line needs.'),
    thresholds: z
      .array(Threshold)
      .readonly()
      .describe('None, and no cut_off, for answers to other words than the published ones.'),
    cut_off: z.int().nullable(),
    statistics: SeriesStatistics,
  })
  .readonly();
type ChartSeries = z.infer<typeof ChartSeries>;

export const AssessmentChart = Instrument.unwrap()
  .pick({
    instrument: true,
    display_name: true,
    bands_validated: true,
    bands_source: true,
    cut_off_source: true,
  })
  .extend({
    ...ShownBounds.unwrap().shape,
    y_min: z.int(),
    y_max: z.int(),
    has_enough: z.boolean().describe('Whether any series has the two points that a line needs.'),
    series: z.array(ChartSeries).readonly(),
  })
  .readonly();

/** Without results the answer has no series; that is no failure. */
export const getAssessmentChartData = (
  deps: DeviceDeps,
  { instrument: code, ...asked }: z.output<typeof GetAssessmentChartData>,
): Result<z.infer<typeof AssessmentChart>, InvalidInput> => {
  const range = readTimeRange(deps, asked);
  if (!range.ok) return range;
  const series = toSeries(listResults(deps.database, code, range.value)).map(toChartSeries);
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

const statisticsOf = ({ instrument, comparable, points }: ScoredSeries): z.infer<typeof SeriesStatistics> => {
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
