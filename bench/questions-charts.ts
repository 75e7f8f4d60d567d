/** The charts: moods over time, by weekday and hour, by day, beside activities; questionnaires over time. */
import type Driver from 'better-sqlite3-multiple-ciphers';
import { InstrumentCode, instantOf } from '@mhb/core-domain';
import { NOW } from './heavy-user.ts';
import {
  DAY,
  dayStartOf,
  question,
  type Question,
  type QuestionsOf,
  type Row,
  rowsOf,
  type Totalled,
  totalled,
} from './question.ts';

const DAY_MS = 86_400_000;
const RANGES = [
  { time_range: 'month', from: instantOf(NOW - 30 * DAY_MS), to: instantOf(NOW) },
  { time_range: 'year', from: instantOf(NOW - 365 * DAY_MS), to: instantOf(NOW) },
  { time_range: 'alltime', from: '', to: '~' },
] as const;

export const chartQuestions: QuestionsOf = (file) => [
  ...moodCharts(file),
  ...moodStatistics(file),
  ...moodRhythms(file),
  ...moodYears(file),
  ...moodAssociations(file),
  ...assessmentCharts(file),
];

const LIVING = 'deleted_at is null and recorded_at >= ? and recorded_at <= ?';

/** How often each rating was given: average, median, mode and distribution follow from it. */
export const ratingCounts = (file: Driver.Database) =>
  rowsOf(
    file,
    `select mood_rating, count(*) filter (where mood_scale = '1-7') as checkins,
       count(*) filter (where mood_scale <> '1-7') as others
     from mood_entry where ${LIVING} group by mood_rating`,
  );

const ratingsOfActivities = (file: Driver.Database) =>
  rowsOf(
    file,
    `select activity_id, activity.name, activity.deleted_at, count(*) as checkins, sum(mood_rating) as rating_sum
     from (
       select distinct mood_entry.id, mood_rating, activity_id
       from mood_entry join mood_entry_activity on mood_entry_id = mood_entry.id
       where ${LIVING} and mood_scale = '1-7'
     ) left join activity on activity.id = activity_id
     group by activity_id`,
  );

export interface MoodNumbers {
  readonly average_mood: number;
  readonly total_checkins: number;
  readonly mood_distribution: Readonly<Record<string, number>>;
  readonly other_scale_checkins: number;
}

export const numbersOf = (counts: readonly Row[]): unknown => {
  const living = counts.filter(({ checkins }) => Number(checkins) > 0);
  const total = sum(living, 'checkins');
  const ratings = living.reduce((all, row) => all + Number(row.mood_rating) * Number(row.checkins), 0);
  return {
    average_mood: ratings / total,
    total_checkins: total,
    mood_distribution: Object.fromEntries(living.map((row) => [String(row.mood_rating), row.checkins])),
    other_scale_checkins: sum(counts, 'others'),
  };
};

const sum = (rows: readonly Row[], field: string): number =>
  rows.reduce((total, row) => total + Number(row[field]), 0);

const pickNumbers = ({
  average_mood,
  total_checkins,
  mood_distribution,
  other_scale_checkins,
}: MoodNumbers) => ({
  average_mood,
  total_checkins,
  mood_distribution,
  other_scale_checkins,
});

const moodCharts = (file: Driver.Database): readonly Question[] => {
  const dayStart = dayStartOf(file);
  const points = rowsOf(
    file,
    `select recorded_at as at, mood_rating, mood_scale, ${DAY} as local_date
     from mood_entry where ${LIVING} order by recorded_at, id`,
  );
  const counts = ratingCounts(file);
  return RANGES.map(({ time_range, from, to }) =>
    question({
      page: 'charts',
      name: `mood chart, ${time_range}`,
      command: 'get_mood_chart_data',
      input: { time_range },
      floor: () => [points(dayStart(), from, to), counts(from, to)] as const,
      facts: (
        { points: ours, statistics }: { points: unknown; statistics: MoodNumbers },
        [rows, numbers]: readonly [readonly Row[], readonly Row[]],
      ) =>
        [
          { ours, ...pickNumbers(statistics) },
          { ours: rows, ...Object(numbersOf(numbers)) },
        ] as const,
    }),
  );
};

interface ActivityMean {
  readonly activity_id: string;
  readonly mean_mood: number;
  readonly checkins: number;
}

const moodStatistics = (file: Driver.Database): readonly Question[] => {
  const counts = ratingCounts(file);
  const activities = ratingsOfActivities(file);
  return RANGES.map(({ time_range, from, to }) =>
    question({
      page: 'charts',
      name: `mood statistics, ${time_range}`,
      command: 'get_mood_stats',
      input: time_range === 'alltime' ? {} : { from_date: from, to_date: to },
      floor: () => [counts(from, to), activities(from, to)] as const,
      facts: (
        {
          activity_correlations,
          ...numbers
        }: MoodNumbers & { readonly activity_correlations: readonly ActivityMean[] },
        [ratings, means]: readonly [readonly Row[], readonly Row[]],
      ) =>
        [
          [pickNumbers(numbers), byId(activity_correlations.map(meanOf))],
          [
            numbersOf(ratings),
            byId(
              means
                .filter(({ checkins }) => Number(checkins) >= 3)
                .map((row) => ({
                  activity_id: String(row.activity_id),
                  checkins: Number(row.checkins),
                  mean_mood: Number(row.rating_sum) / Number(row.checkins),
                })),
            ),
          ],
        ] as const,
    }),
  );
};

const meanOf = ({ activity_id, checkins, mean_mood }: ActivityMean) => ({ activity_id, checkins, mean_mood });

const byId = <One extends { readonly activity_id: string }>(list: readonly One[]): readonly One[] =>
  list.toSorted((one, other) => (one.activity_id < other.activity_id ? -1 : 1));

const moodRhythms = (file: Driver.Database): readonly Question[] => {
  const dayStart = dayStartOf(file);
  const hours = rowsOf(
    file,
    `select cast(strftime('%w', ${DAY}) as integer) as weekday, cast(substr(wall_time, 1, 2) as integer) as hour,
       count(*) filter (where mood_scale = '1-7') as count,
       count(*) filter (where mood_scale <> '1-7') as others,
       sum(mood_rating) filter (where mood_scale = '1-7') as rating_sum
     from mood_entry where ${LIVING} group by weekday, hour`,
  );
  interface Cell {
    readonly weekday: number;
    readonly hour: number;
    readonly count: number;
    readonly mean: number;
  }
  const byHour = (cells: readonly Cell[]) =>
    cells.toSorted((one, other) => one.weekday - other.weekday || one.hour - other.hour);
  return RANGES.map(({ time_range, from, to }) =>
    question({
      page: 'charts',
      name: `moods by weekday and hour, ${time_range}`,
      command: 'get_mood_by_weekday_and_hour',
      input: { time_range },
      floor: () => hours(dayStart(), from, to),
      facts: ({ by_weekday_and_hour }: { by_weekday_and_hour: readonly Cell[] }, rows: readonly Row[]) =>
        [
          byHour(by_weekday_and_hour),
          byHour(
            rows.map((row) => ({
              weekday: Number(row.weekday),
              hour: Number(row.hour),
              count: Number(row.count),
              mean: Number(row.rating_sum) / Number(row.count),
            })),
          ),
        ] as const,
    }),
  );
};

const moodYears = (file: Driver.Database): readonly Question[] => {
  const dayStart = dayStartOf(file);
  // A day of the person lies on its own date or, after midnight, on the next.
  const days = rowsOf(
    file,
    `select ${DAY} as day, avg(mood_rating) filter (where mood_scale = '1-7') as mean,
       count(*) filter (where mood_scale = '1-7') as count,
       count(*) filter (where mood_scale <> '1-7') as others
     from mood_entry
     where deleted_at is null and local_date between ? and date(?, '+1 day') and day between ? and ?
     group by day order by day`,
  );
  const bounds = ['2024-01-01', '2024-12-31'] as const;
  return [
    question({
      page: 'charts',
      name: 'a year in pixels',
      command: 'get_year_in_pixels',
      input: { year: 2024 },
      floor: () => days(dayStart(), ...bounds, ...bounds),
      facts: (answer: { readonly days: unknown }, rows: readonly Row[]) =>
        [answer.days, rows.map(({ day, mean, count }) => ({ day, mean, count }))] as const,
    }),
  ];
};

const moodAssociations = (file: Driver.Database): readonly Question[] => {
  const counts = ratingCounts(file);
  const activities = ratingsOfActivities(file);
  interface Association {
    readonly activity_id: string;
    readonly mean_with: number;
    readonly count_with: number;
    readonly count_without: number;
  }
  return RANGES.slice(1).map(({ time_range, from, to }) =>
    question({
      page: 'charts',
      name: `moods with and without activities, ${time_range}`,
      command: 'get_mood_associations',
      input: { time_range },
      floor: () => [counts(from, to), activities(from, to)] as const,
      facts: (
        { associations }: { associations: readonly Association[] },
        [ratings, rows]: readonly [readonly Row[], readonly Row[]],
      ) => {
        const total = sum(ratings, 'checkins');
        return [
          byId(
            associations.map(({ activity_id, mean_with, count_with, count_without }) => ({
              activity_id,
              mean_with,
              count_with,
              count_without,
            })),
          ),
          byId(
            rows
              .filter(({ checkins }) => Number(checkins) >= 5 && total - Number(checkins) >= 5)
              .map((row) => ({
                activity_id: String(row.activity_id),
                mean_with: Number(row.rating_sum) / Number(row.checkins),
                count_with: Number(row.checkins),
                count_without: total - Number(row.checkins),
              })),
          ),
        ] as const;
      },
    }),
  );
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

const assessmentCharts = (file: Driver.Database): readonly Question[] => {
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
