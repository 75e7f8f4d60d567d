/** Every case of goals_trends.json through the commands: activities, goals, scores and moods in numbers. */
import { expect, test } from 'vitest';
import { answersFor, ask, created } from '../insights/insight.testing.ts';
import { openTestDevice } from '../testing.ts';
import { closeTo, readVectors, testThatAllAreTakenUp, testVectors } from './vectors.testing.ts';

const kinds = ['frequency', 'trend', 'goal', 'score_trend', 'mood_stats'] as const;
type Kind = (typeof kinds)[number];

interface Vector {
  readonly id: string;
  readonly kind: Kind;
  readonly note: string;
  readonly input: {
    readonly start?: string;
    readonly end?: string;
    readonly now?: string;
    readonly timezone?: string;
    readonly period_days?: number;
    readonly goal_type?: string;
    readonly target_value?: number;
    readonly logs?: readonly { readonly logged_at: string; readonly activity?: string }[];
    /** The activities that are counted: one, the members of a group, or none. */
    readonly counts?: readonly string[];
    readonly scores?: readonly number[];
    readonly ratings?: readonly number[];
  };
  readonly expected: Readonly<Record<string, unknown>>;
}

const file = 'goals_trends';
const { cases } = readVectors<{ readonly cases: readonly Vector[] }>(file);

testThatAllAreTakenUp(
  file,
  cases.map(({ kind }) => kind),
  kinds,
);

const testKind = (kind: Kind, check: (vector: Vector) => Promise<void>): void => {
  testVectors(
    { file, kind },
    cases.filter((vector) => vector.kind === kind),
    check,
  );
};

/** The activities that count are in one group, the others in another. Logs are entered later, so none is in the future. */
const worldOf = async ({ logs = [], counts = ['A'], timezone = 'UTC' }: Vector['input']) => {
  const device = await openTestDevice({ now: '2030-01-01T00:00:00Z', timeZone: timezone });
  const group = await created(device, 'create_activity_group', { name: 'counted' });
  const elsewhere = await created(device, 'create_activity_group', { name: 'elsewhere' });
  const activities = new Map<string, string>();
  for (const name of new Set(['A', ...logs.map(({ activity = 'A' }) => activity)])) {
    const group_id = counts.includes(name) ? group : elsewhere;
    activities.set(name, await created(device, 'create_activity', { name, group_id }));
  }
  for (const { logged_at, activity = 'A' } of logs) {
    await device.run('log_activity', {
      activity_id: activities.get(activity),
      logged_at: asInstant(logged_at),
    });
  }
  const ofGroup = { group_id: group };
  // What one activity counts, a group with that one in it counts too.
  const targets = counts.length === 1 ? [{ activity_id: activities.get('A') }, ofGroup] : [ofGroup];
  return { device, targets };
};

/** The old database's form, with a space and without a zone, means UTC. Commands take ISO 8601 with an offset alone. */
const asInstant = (text: string): string => text.replace(/^([\d-]{10}) ([\d:.]+)$/, '$1T$2Z');

testKind('frequency', async ({ input, expected }) => {
  const { device, targets } = await worldOf(input);
  const range = { start_date: input.start, end_date: input.end };
  for (const target of targets) {
    expect(await device.run('get_activity_frequency', { ...target, ...range })).toEqual(closeTo(expected));
  }
});

testKind('trend', async ({ input: { now, period_days, ...input }, expected }) => {
  const { device, targets } = await worldOf(input);
  for (const target of targets) {
    const question = { ...target, period_days };
    expect(await device.run('get_activity_trend', { ...question, current_time: now })).toEqual(
      closeTo(expected),
    );
    device.clock.nowMs = Date.parse(now ?? '');
    expect(await device.run('get_activity_trend', question)).toEqual(closeTo(expected));
  }
});

testKind('goal', async ({ input, expected }) => {
  const { device, targets } = await worldOf(input);
  const { goal_type, target_value, period_days, now: current_time } = input;
  for (const target of targets) {
    const id = await created(device, 'set_activity_goal', {
      ...target,
      goal_type,
      target_value,
      period_days,
    });
    expect(await device.run('check_goal_progress', { id, current_time })).toMatchObject(closeTo(expected));
    const goals = await ask<readonly { readonly id: string }[]>(device, 'get_goals_with_progress', {
      current_time,
    });
    expect(goals.find((goal) => goal.id === id)).toMatchObject({ progress: closeTo(expected) });
  }
});

testKind('score_trend', async ({ input: { scores = [] }, expected }) => {
  const device = await openTestDevice();
  const instrument = Math.max(0, ...scores) <= 27 ? 'PHQ9' : 'CESD';
  for (const score of scores) {
    // A questionnaire is filled in once a day.
    device.clock.nowMs += 86_400_000;
    await device.run('submit_assessment', { instrument, responses: answersFor(instrument, score) });
  }
  const { average, ...rest } = closeTo(expected);
  expect(await device.run('get_assessment_chart_data', { instrument, time_range: 'month' })).toMatchObject({
    series: [{ statistics: { ...rest, mean: average } }],
  });
});

testKind('mood_stats', async ({ input: { ratings = [] }, expected }) => {
  const device = await openTestDevice();
  for (const mood_rating of ratings) await device.run('log_mood', { mood_rating });
  const { average, total, ...rest } = closeTo(expected);
  const mean = ratings.length === 0 ? null : average;
  expect(await device.run('get_mood_stats')).toMatchObject({
    ...rest,
    average_mood: mean,
    total_checkins: total,
  });
  expect(await device.run('get_weekly_report')).toMatchObject({ average_mood: mean, mood_count: total });
});

test('a time without an offset is refused where a person gives it', async () => {
  const { device, targets } = await worldOf({});
  const logged_at = '2025-01-01 10:00:00';
  expect(await device.refusal('log_activity', { ...targets[0], logged_at })).toBe('InvalidInput');
});
