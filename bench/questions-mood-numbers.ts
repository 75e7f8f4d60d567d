/** Moods in numbers, and beside activities: what follows from how often each rating was given. */
import type Driver from 'better-sqlite3-multiple-ciphers';
import { LIVING, RANGES } from './chart-ranges.ts';
import { question, type Question, type QuestionsOf, type Row, rowsOf } from './question.ts';

export const moodNumberQuestions: QuestionsOf = (file) => [
  ...moodStatistics(file),
  ...moodAssociations(file),
];

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

export const pickNumbers = ({
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
