/** Questionnaires over time: one of them, and four beside each other. */
import { InstrumentCode } from '@mhb/core-domain';
import { RANGES } from './chart-ranges.ts';
import { question, type QuestionsOf, rowsOf, type Totalled, totalled } from './question.ts';

export const assessmentChartQuestions: QuestionsOf = (file) => {
  const results = (condition: string) => {
    const read = rowsOf(
      file,
      `select id, instrument, instrument_version, responses, completed_at as at, local_date from assessment
       where deleted_at is null and status = 'completed' and ${condition} order by completed_at, id`,
    );
    return (...values: readonly unknown[]) => totalled(read(...values));
  };
  const [, year] = RANGES;
  const ofOne = results(`instrument = 'OASIS'`);
  const ofOneInYear = results(`instrument = 'OASIS' and completed_at >= ? and completed_at <= ?`);
  const words = { page: 'charts', command: 'get_assessment_chart_data', facts: pointFacts } as const;
  return [
    question({
      ...words,
      name: 'one questionnaire, year',
      input: { instrument: 'OASIS', time_range: 'year' },
      floor: () => ofOneInYear(year.from, year.to),
    }),
    question({
      ...words,
      name: 'one questionnaire, alltime',
      input: { instrument: 'OASIS', time_range: 'alltime' },
      floor: ofOne,
    }),
    question({
      ...words,
      name: 'four questionnaires compared, alltime',
      command: 'get_comparison_chart_data',
      input: { instruments: InstrumentCode.options, time_range: 'alltime' },
      floor: results('true'),
    }),
  ];
};

interface Point {
  readonly id: string;
  readonly at: string;
  readonly local_date: string;
  /** The total; in a comparison it is called the score. */
  readonly value?: number;
  readonly score?: number;
}

const pointFacts = (
  { series }: { readonly series: readonly { readonly points: readonly Point[] }[] },
  { rows, totals }: Totalled,
) =>
  [
    inOrder(
      series.flatMap(({ points }) =>
        points.map(({ id, at, local_date, value, score }) => ({ id, at, local_date, total: value ?? score })),
      ),
    ),
    inOrder(
      rows.map(({ id, at, local_date }, index) => ({ id: String(id), at, local_date, total: totals[index] })),
    ),
  ] as const;

const inOrder = <One extends { readonly id: string }>(points: readonly One[]): readonly One[] =>
  points.toSorted((one, other) => (one.id < other.id ? -1 : 1));
