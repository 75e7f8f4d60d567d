/** Moods in numbers, by SQL and by plain TypeScript over all rows: the same for whoever travels, deletes and edits. */
import { type DayStart, dayOf, Instant, LocalDate, TimeZone } from '@mhb/core-domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask } from './insight.testing.ts';
import { type Traveller, openTraveller } from './mood-history.testing.ts';
import { AROUND, type Outcome, ZONES } from './differential.testing.ts';

const NOW = '2025-12-31T23:00:00Z';
const MINUTE_MS = 60_000;

interface Row {
  readonly id: string;
  readonly recorded_at: string;
  readonly time_zone: string;
  readonly local_date: string;
  readonly mood_rating: number;
  readonly mood_scale: string;
  readonly activity_ids: readonly string[];
}

const histories = fc.record({
  dayStart: fc.constantFrom<DayStart>('00:00', '03:00'),
  weekStart: fc.constantFrom(0, 1, 6),
  around: fc.constantFrom(...AROUND),
  deletedActivity: fc.boolean(),
  from: fc.option(fc.integer({ min: -1, max: 1 })),
  to: fc.option(fc.integer({ min: -1, max: 1 })),
  checkIns: fc.array(
    fc.record({
      zone: fc.constantFrom(...ZONES),
      // By half hours, so that the ends of days and ranges are hit.
      halfHours: fc.integer({ min: -72, max: 72 }),
      // Few ratings, so that median and mode have ties.
      mood_rating: fc.integer({ min: 3, max: 6 }),
      activities: fc.subarray([0, 1, 2]),
      minutesBack: fc.constantFrom(0, 0, 30, 1_440),
      outcome: fc.constantFrom<Outcome>('kept', 'kept', 'kept', 'kept', 'deleted', 'edited', 'elsewhere'),
    }),
    { maxLength: 24, size: 'max' },
  ),
});
type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

const live = async (history: History): Promise<Traveller> => {
  const traveller = await openTraveller(NOW);
  const { device, checkIn, newActivity, setScale } = traveller;
  await device.run('set_preference', { key: 'day_start', value: history.dayStart });
  await device.run('set_preference', { key: 'week_start', value: history.weekStart });
  const activities = [await newActivity('A'), await newActivity('B'), await newActivity('C')];
  const beginning = Date.parse(`${history.around}T00:00:00Z`);
  for (const { zone, halfHours, outcome, activities: chosen, ...words } of history.checkIns) {
    const at = new Date(beginning + halfHours * 30 * MINUTE_MS).toISOString();
    const activity_ids = chosen.map((index) => activities[index]!);
    const id = await checkIn({ at, time_zone: zone, activity_ids, ...words });
    if (outcome === 'deleted') await device.run('delete_mood_checkin', { id });
    if (outcome === 'edited') {
      await device.run('update_mood_checkin', { id, mood_rating: 7, activity_ids: [activities[0]] });
    }
    if (outcome === 'elsewhere') setScale([id], '1-5');
  }
  if (history.deletedActivity) await device.run('delete_activity', { id: activities[1] });
  return traveller;
};

const mean = (rows: readonly Row[]): number | null =>
  rows.length === 0 ? null : rows.reduce((sum, { mood_rating }) => sum + mood_rating, 0) / rows.length;

const groupBy = <Key>(rows: readonly Row[], keyOf: (row: Row) => Key): ReadonlyMap<Key, readonly Row[]> =>
  Map.groupBy(rows, keyOf);

/** Median, mode and the rest, each in the most obvious way. */
const numbersOf = (all: readonly Row[]) => {
  const rows = all.filter(({ mood_scale }) => mood_scale === '1-7');
  const ratings = rows.map(({ mood_rating }) => mood_rating).toSorted((a, b) => a - b);
  const middle = [
    ratings[Math.floor((ratings.length - 1) / 2)],
    ratings[Math.ceil((ratings.length - 1) / 2)],
  ];
  const counts = [...groupBy(rows, ({ mood_rating }) => mood_rating)].map(
    ([r, of]) => [r, of.length] as const,
  );
  const most = Math.max(0, ...counts.map(([, count]) => count));
  const modes = counts.filter(([, count]) => count === most).map(([rating]) => rating);
  modes.sort((a, b) => a - b);
  return {
    average_mood: mean(rows),
    median: rows.length === 0 ? null : ((middle[0] ?? 0) + (middle[1] ?? 0)) / 2,
    mode: modes[0] ?? null,
    modes,
    min: ratings[0] ?? null,
    max: ratings.at(-1) ?? null,
    total_checkins: rows.length,
    mood_distribution: Object.fromEntries(counts),
    other_scale_checkins: all.length - rows.length,
  };
};

const hourOf = ({ recorded_at, time_zone }: Row): number =>
  Number(
    new Intl.DateTimeFormat('en-GB', { timeZone: time_zone, hour: '2-digit', hourCycle: 'h23' }).format(
      new Date(recorded_at),
    ),
  );

const dayIn =
  (dayStart: DayStart) =>
  ({ recorded_at, time_zone, local_date }: Row): LocalDate =>
    dayOf(
      {
        at: Instant.parse(recorded_at),
        time_zone: TimeZone.parse(time_zone),
        local_date: LocalDate.parse(local_date),
      },
      dayStart,
    );

const countAndMean = (rows: readonly Row[]) => ({
  count: rows.length,
  mean: closely(mean(rows)),
  median: numbersOf(rows).median,
});

/** Sums may be added up in another order. */
const closely = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 9));

test('SQL and plain TypeScript agree on moods in every zone and with either start of day', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const { device } = await live(history);
      const every = await ask<readonly Row[]>(device, 'get_mood_history');
      const beginning = Date.parse(`${history.around}T00:00:00Z`);
      const bound = (days: number | null) =>
        days === null ? null : new Date(beginning + days * 1_440 * MINUTE_MS).toISOString();
      const [from_date, to_date] = [bound(history.from), bound(history.to)];
      const all = every.filter(
        ({ recorded_at }) => recorded_at >= (from_date ?? '') && recorded_at <= (to_date ?? '~'),
      );
      const rows = all.filter(({ mood_scale }) => mood_scale === '1-7');
      const range = { from_date, to_date };
      // Without any date a chart is of the last month.
      const chartRange = from_date === null && to_date === null ? { time_range: 'alltime' } : range;
      const { average_mood, ...numbers } = numbersOf(all);
      const expected = { ...numbers, average_mood: closely(average_mood) };
      const day = dayIn(history.dayStart);

      expect(await device.run('get_mood_stats', range)).toMatchObject(expected);
      expect(await device.run('get_mood_chart_data', chartRange)).toMatchObject({
        points: all
          .toSorted((a, b) => (a.recorded_at + a.id < b.recorded_at + b.id ? -1 : 1))
          .map((row) => ({ at: row.recorded_at, local_date: day(row), mood_rating: row.mood_rating })),
        statistics: expected,
        has_enough: rows.length >= 2,
      });

      const weekdayOf = (row: Row): number => new Date(`${day(row)}T00:00:00Z`).getUTCDay();
      const rhythm = await ask<{ by_weekday_and_hour: readonly object[] }>(
        device,
        'get_mood_by_weekday_and_hour',
        chartRange,
      );
      expect(rhythm).toMatchObject({
        by_weekday: [0, 1, 2, 3, 4, 5, 6]
          .map((days) => (history.weekStart + days) % 7)
          .map((weekday) => ({ weekday, ...countAndMean(rows.filter((row) => weekdayOf(row) === weekday)) })),
        by_hour: Array.from({ length: 24 }, (_, hour) => ({
          hour,
          ...countAndMean(rows.filter((row) => hourOf(row) === hour)),
        })),
        other_scale_checkins: all.length - rows.length,
      });
      expect(rhythm.by_weekday_and_hour).toHaveLength(
        groupBy(rows, (row) => `${String(weekdayOf(row))} ${String(hourOf(row))}`).size,
      );

      const days = [
        ...groupBy(
          every.filter((row) => day(row).startsWith('2025')),
          day,
        ),
      ].toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect(await device.run('get_year_in_pixels', { year: 2025 })).toMatchObject({
        days: days
          .map(([date, of]) => ({ date, of: of.filter(({ mood_scale }) => mood_scale === '1-7') }))
          .filter(({ of }) => of.length > 0)
          .map(({ date, of }) => ({ day: date, ...countAndMean(of) })),
      });

      const used = new Set(rows.flatMap(({ activity_ids }) => activity_ids));
      const associations = [...used].map((id) => {
        const [those, others] = [true, false].map((has) =>
          rows.filter(({ activity_ids }) => activity_ids.includes(id) === has),
        ) as [Row[], Row[]];
        return { id, those, others };
      });
      const shown = associations.filter(({ those, others }) => those.length >= 5 && others.length >= 5);
      const answer = await ask<{ associations: readonly { activity_id: string }[]; hidden: number }>(
        device,
        'get_mood_associations',
        chartRange,
      );
      expect(answer.hidden).toBe(associations.length - shown.length);
      expect(answer.associations.toSorted((a, b) => (a.activity_id < b.activity_id ? -1 : 1))).toMatchObject(
        shown
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .map(({ id, those, others }) => ({
            activity_id: id,
            mean_with: closely(mean(those)),
            mean_without: closely(mean(others)),
            difference: closely((mean(those) ?? 0) - (mean(others) ?? 0)),
            count_with: those.length,
            count_without: others.length,
          })),
      );
      device.close();
    }),
    { numRuns: 120 },
  );
});
