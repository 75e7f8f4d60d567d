/** Every case of goals_trends.json through the commands. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';
import { answersFor, ask, created, vectorFile } from './insight.testing.ts';

interface Vector {
  readonly id: string;
  readonly kind: 'frequency' | 'goal' | 'mood_stats' | 'score_trend' | 'trend';
  readonly note: string;
  readonly input: {
    readonly start?: string;
    readonly end?: string;
    readonly now?: string;
    readonly period_days?: number;
    readonly goal_type?: string;
    readonly target_value?: number;
    readonly logs?: readonly { readonly logged_at: string; readonly activity?: string }[];
    /** The activities that a goal is about: one, the members of a group, or none. */
    readonly counts?: readonly string[];
    readonly scores?: readonly number[];
    readonly ratings?: readonly number[];
  };
  readonly expected: Readonly<Record<string, unknown>>;
}

const { cases } = vectorFile<{ readonly cases: readonly Vector[] }>('goals_trends.json');
const ofKind = (kind: Vector['kind']): readonly Vector[] => cases.filter((vector) => vector.kind === kind);

test('goals_trends.json has 38 cases: 4 frequency, 6 trend, 14 goal, 10 score_trend, 4 mood_stats', () => {
  expect(cases).toHaveLength(38);
  const kinds = ['frequency', 'trend', 'goal', 'score_trend', 'mood_stats'] as const;
  expect(kinds.map((kind) => ofKind(kind).length)).toEqual([4, 6, 14, 10, 4]);
});

/** Logs are entered later, so that none lies in the future. The members of `counts` share a group. */
const worldOf = async ({ logs = [], counts = ['A'] }: Vector['input']) => {
  const device = await openTestDevice({ now: '2026-01-01T00:00:00Z', timeZone: 'UTC' });
  const group = await created(device, 'create_activity_group', { name: 'counted' });
  const elsewhere = await created(device, 'create_activity_group', { name: 'elsewhere' });
  const activities = new Map<string, string>();
  for (const name of ['A', 'B']) {
    const group_id = counts.includes(name) ? group : elsewhere;
    activities.set(name, await created(device, 'create_activity', { name, group_id }));
  }
  for (const { logged_at, activity = 'A' } of logs) {
    await device.run('log_activity', {
      activity_id: activities.get(activity),
      logged_at: asInstant(logged_at),
    });
  }
  return { device, group, activity: activities.get('A') };
};

/**
 * One log of goal-22 stands in the old database's form, with a space and without a zone, meaning UTC. The command
 * refuses it, as only an import may bring it; here it is entered as the instant it means.
 */
const asInstant = (text: string): string =>
  /^[\d-]+ [\d:]+$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;

const closeTo = (expected: Vector['expected']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? expect.closeTo(value, 5) : value,
    ]),
  );

test.each(ofKind('frequency'))('$id $note', async ({ input, expected }) => {
  const { device, activity, group } = await worldOf(input);
  const range = { start_date: input.start, end_date: input.end };
  const name = 'get_activity_frequency';
  expect(await device.run(name, { activity_id: activity, ...range })).toEqual(closeTo(expected));
  expect(await device.run(name, { group_id: group, ...range })).toEqual(closeTo(expected));
});

test.each(ofKind('trend'))('$id $note', async ({ input, expected }) => {
  const { device, activity, group } = await worldOf(input);
  const { period_days, now: current_time } = input;
  const name = 'get_activity_trend';
  expect(await device.run(name, { activity_id: activity, period_days, current_time })).toEqual(
    closeTo(expected),
  );
  expect(await device.run(name, { group_id: group, period_days, current_time })).toEqual(closeTo(expected));
  device.clock.nowMs = Date.parse(current_time!);
  expect(await device.run(name, { activity_id: activity, period_days })).toEqual(closeTo(expected));
});

test.each(ofKind('goal'))('$id $note', async ({ input, expected }) => {
  const { device, activity, group } = await worldOf(input);
  const { goal_type, target_value, period_days, now: current_time } = input;
  const ofGroup = { group_id: group };
  // What one activity counts, a group with that one in it counts too.
  for (const target of input.counts?.length === 1 ? [{ activity_id: activity }, ofGroup] : [ofGroup]) {
    const id = await created(device, 'set_activity_goal', {
      ...target,
      goal_type,
      target_value,
      period_days,
    });
    expect(await device.run('check_goal_progress', { id, current_time })).toMatchObject(closeTo(expected));
    expect(await goalIn(device, id, { current_time })).toMatchObject({ progress: closeTo(expected) });
  }
});

const goalIn = async (device: TestDevice, id: string, input: object): Promise<unknown> => {
  const goals = await ask<readonly { readonly id: string }[]>(device, 'get_goals_with_progress', input);
  return goals.find((goal) => goal.id === id);
};

test.each(ofKind('score_trend'))('$id $note', async ({ input, expected }) => {
  const device = await openTestDevice();
  for (const score of input.scores ?? []) {
    // A questionnaire is filled in once a day.
    device.clock.nowMs += 86_400_000;
    await device.run('submit_assessment', { instrument: 'PHQ9', responses: answersFor('PHQ9', score) });
  }
  const chart = { instrument: 'PHQ9', time_range: 'month' };
  const { average, ...rest } = closeTo(expected);
  expect(await device.run('get_assessment_chart_data', chart)).toMatchObject({
    series: [{ statistics: { ...rest, mean: average } }],
  });
});

// The other statistics of moods are no part of the week; the average and the number are.
test.each(ofKind('mood_stats'))('$id average and number, in the week', async ({ input, expected }) => {
  const device = await openTestDevice();
  for (const mood_rating of input.ratings ?? []) await device.run('log_mood', { mood_rating });
  expect(await device.run('get_weekly_report')).toMatchObject({
    average_mood: closeTo(expected).average,
    mood_count: expected.total,
  });
});
