import { describe, expect, test } from 'vitest';
import vectors from '../vectors/goals_trends.json' with { type: 'json' };
import {
  activityFrequency,
  activityTrend,
  distinctDays,
  goalProgress,
  type LoggedMoment,
} from './activity-statistics.ts';
import { GoalType } from './goals.ts';
import { type Instant, momentOf, parseInstant, TimeZone } from './time.ts';

const instant = (text: string | undefined): Instant => {
  // One vector has a log in the old database's form: with a space and without a zone, meaning UTC.
  const at = parseInstant(
    /^[\d-]+ [\d:]+$/.test(text ?? '') ? `${(text ?? '').replace(' ', 'T')}Z` : (text ?? ''),
  );
  if (at === undefined) throw new Error('not an instant');
  return at;
};

const loggedAt = (text: string, zone = 'UTC'): LoggedMoment => {
  const { at, ...day } = momentOf(instant(text), TimeZone.parse(zone));
  return { logged_at: at, ...day };
};

type Input = (typeof vectors.cases)[number]['input'];

const logsOf = ({ logs = [], timezone, counts }: Input): readonly LoggedMoment[] => {
  const activitiesOfGoal: readonly string[] = counts ?? ['A'];
  const all: readonly { readonly logged_at: string; readonly activity?: string }[] = logs;
  return all
    .filter(({ activity = 'A' }) => activitiesOfGoal.includes(activity))
    .map(({ logged_at }) => loggedAt(logged_at, timezone));
};

const closeTo = (expected: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? (expect.closeTo(value, 5) as number) : value,
    ]),
  );

const ofKind = (kind: string) => vectors.cases.filter((vector) => vector.kind === kind);

test.each(ofKind('frequency'))('$id $note', ({ input, expected }) => {
  const range = { start: instant(input.start), end: instant(input.end) };
  expect(activityFrequency(logsOf(input), range)).toEqual(closeTo(expected));
});

test.each(ofKind('trend'))('$id $note', ({ input, expected }) => {
  const period = { now: instant(input.now), period_days: input.period_days ?? 0 };
  expect(activityTrend(logsOf(input), period)).toEqual(closeTo(expected));
});

test.each(ofKind('goal'))('$id $note', ({ input, expected }) => {
  const goal = {
    goal_type: GoalType.parse(input.goal_type),
    target_value: input.target_value ?? 0,
    period_days: input.period_days ?? 0,
  };
  expect(goalProgress(goal, logsOf(input), instant(input.now))).toMatchObject(closeTo(expected) as object);
});

describe('days', () => {
  test('are those of the zone in which each entry was made', () => {
    const evenings = [
      loggedAt('2025-01-09T23:30:00Z', 'UTC'),
      loggedAt('2025-01-10T00:30:00Z', 'America/New_York'),
    ];
    expect(distinctDays(evenings)).toBe(1);
    expect(distinctDays([loggedAt('2025-01-09T23:30:00Z'), loggedAt('2025-01-10T00:30:00Z')])).toBe(2);
  });

  test('begin at 03:00 where the person says so', () => {
    const night = [loggedAt('2025-01-09T20:00:00Z'), loggedAt('2025-01-10T02:59:59Z')];
    expect(distinctDays(night)).toBe(2);
    expect(distinctDays(night, '03:00')).toBe(1);
    expect(distinctDays([...night, loggedAt('2025-01-10T03:00:00Z')], '03:00')).toBe(2);
  });

  test('begin at 03:00 by the clock on the wall, also in the night the clocks change', () => {
    const zone = 'Europe/Berlin';
    // On 30 March 2025 the clock goes from 02:00 to 03:00 at 01:00Z.
    const night = [loggedAt('2025-03-29T20:00:00Z', zone), loggedAt('2025-03-30T00:59:00Z', zone)];
    expect(distinctDays(night, '03:00')).toBe(1);
    expect(distinctDays([...night, loggedAt('2025-03-30T01:00:00Z', zone)], '03:00')).toBe(2);
  });
});

describe('periods', () => {
  const goal = { goal_type: 'days_per_period', target_value: 1, period_days: 7 } as const;
  const now = instant('2025-01-15T12:00:00Z');

  test('a log at the very end counts and one in the future does not', () => {
    expect(goalProgress(goal, [loggedAt('2025-01-15T12:00:00Z')], now).current_value).toBe(1);
    expect(goalProgress(goal, [loggedAt('2025-01-15T12:00:00.001Z')], now).current_value).toBe(0);
  });

  test('a log with an offset is compared as the instant it is', () => {
    expect(goalProgress(goal, [loggedAt('2025-01-08T13:00:00+01:00')], now).current_value).toBe(1);
    expect(goalProgress(goal, [loggedAt('2025-01-08T12:59:59+01:00')], now).current_value).toBe(0);
  });

  test('are told with the progress', () => {
    expect(goalProgress(goal, [], now)).toMatchObject({
      period_start: '2025-01-08T12:00:00.000Z',
      period_end: '2025-01-15T12:00:00.000Z',
    });
  });

  test('a goal from elsewhere with absurd numbers has a progress too', () => {
    const absurd = { ...goal, period_days: 2_147_483_647, target_value: 0 };
    expect(goalProgress(absurd, [loggedAt('2020-01-01T00:00:00Z')], now)).toMatchObject({
      current_value: 1,
      percentage: 0,
      is_achieved: false,
    });
  });
});

describe('a trend', () => {
  const now = instant('2024-09-09T00:00:00Z');
  const daysFrom = (start: string, count: number): readonly LoggedMoment[] =>
    Array.from({ length: count }, (_, index) =>
      loggedAt(new Date(Date.parse(start) + index * 86_400_000).toISOString()),
    );
  const trendOf = (previous: number, current: number): string =>
    activityTrend(
      [...daysFrom('2024-03-01T12:00:00.000Z', previous), ...daysFrom('2024-06-02T12:00:00.000Z', current)],
      { now, period_days: 100 },
    ).trend;

  test.each([10, 20, 30, 40, 50])('needs more than 10 % of %d days', (days) => {
    expect(trendOf(days, days + days / 10)).toBe('stable');
    expect(trendOf(days, days - days / 10)).toBe('stable');
    expect(trendOf(days, days + days / 10 + 1)).toBe('improving');
    expect(trendOf(days, days - days / 10 - 1)).toBe('declining');
  });
});
