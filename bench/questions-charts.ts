/** The charts of moods: over time, by weekday and hour, by day. */
import type Driver from 'better-sqlite3-multiple-ciphers';
import { LIVING, RANGES } from './chart-ranges.ts';
import { DAY, dayStartOf, question, type Question, type QuestionsOf, type Row, rowsOf } from './question.ts';
import { assessmentChartQuestions } from './questions-assessment-charts.ts';
import {
  moodNumberQuestions,
  type MoodNumbers,
  numbersOf,
  pickNumbers,
  ratingCounts,
} from './questions-mood-numbers.ts';

export const chartQuestions: QuestionsOf = (file) => [
  ...moodCharts(file),
  ...moodRhythms(file),
  ...moodYears(file),
  ...moodNumberQuestions(file),
  ...assessmentChartQuestions(file),
];

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

const moodRhythms = (file: Driver.Database): readonly Question[] => {
  const dayStart = dayStartOf(file);
  const hours = rowsOf(
    file,
    `select cast(strftime('%w', ${DAY}) as integer) as weekday, cast(substr(wall_time, 1, 2) as integer) as hour,
       count(*) filter (where mood_scale <> '1-7') as others,
       group_concat(mood_rating, '') filter (where mood_scale = '1-7') as ratings
     from mood_entry where ${LIVING} group by weekday, hour`,
  );
  interface Cell {
    readonly weekday: number;
    readonly hour: number;
    readonly count: number;
    readonly mean: number;
    readonly median: number;
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
              ...numbersOfDigits(row.ratings),
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
    `select ${DAY} as day, group_concat(mood_rating, '') filter (where mood_scale = '1-7') as ratings,
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
        [answer.days, rows.map(({ day, ratings }) => ({ day, ...numbersOfDigits(ratings) }))] as const,
    }),
  ];
};

const numbersOfDigits = (
  ratings: unknown,
): { readonly count: number; readonly mean: number; readonly median: number } => {
  const sorted = Array.from(String(ratings), Number).toSorted((one, other) => one - other);
  const at = (place: number): number => sorted[place] ?? 0;
  return {
    count: sorted.length,
    mean: sorted.reduce((sum, rating) => sum + rating, 0) / sorted.length,
    median: (at(Math.ceil(sorted.length / 2) - 1) + at(Math.floor(sorted.length / 2))) / 2,
  };
};
