/** Questionnaires, the week and the goals, by SQL and by plain TypeScript over all rows. */
import {
  type ActivityGoal,
  type ActivityLog,
  type Assessment,
  type DayStart,
  dayOf,
  goalProgress,
  type GoalProgress,
  Instant,
  instruments,
  LocalDate,
  type MoodEntry,
  TimeZone,
} from '@mhb/core-domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestDevice } from '../testing.ts';

import { ask } from './insight.testing.ts';
import { histories, type History, live } from './report-history.testing.ts';

const DAY_MS = 86_400_000;

type Dated = Pick<MoodEntry, 'local_date' | 'time_zone'>;

const dayIn =
  (dayStart: DayStart) =>
  (row: Dated, at: string): string =>
    dayOf(
      {
        at: Instant.parse(at),
        time_zone: TimeZone.parse(row.time_zone),
        local_date: LocalDate.parse(row.local_date),
      },
      dayStart,
    );

const totalOf = ({ instrument, responses }: Assessment): number => {
  const { reversed_questions, answer_max } = instruments[instrument];
  return responses.reduce(
    (sum, answer, index) => sum + (reversed_questions.includes(index + 1) ? answer_max - answer : answer),
    0,
  );
};

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const checkCharts = async (device: TestDevice, { from, to, beginning }: History & { beginning: number }) => {
  const bound = (days: number | null) =>
    days === null ? null : new Date(beginning + days * DAY_MS).toISOString();
  const [from_date, to_date] = [bound(from), bound(to)];
  const range = from_date === null && to_date === null ? { time_range: 'alltime' } : { from_date, to_date };
  const all = (await ask<readonly Assessment[]>(device, 'get_assessment_history'))
    .filter(({ status }) => status === 'completed')
    .filter(({ completed_at: at }) => at >= (from_date ?? '') && at <= (to_date ?? '~'))
    .toSorted((a, b) => (a.completed_at + a.id < b.completed_at + b.id ? -1 : 1));
  const codes = ['CESD', 'OASIS'] as const;
  const compared = [];
  for (const instrument of codes) {
    const rows = all.filter((row) => row.instrument === instrument);
    const totals = rows.map(totalOf);
    const [first = 0] = totals;
    const change = (totals.at(-1) ?? 0) - first;
    const isStable = Math.abs(change) * 100 <= first * 20;
    const series = {
      key: instrument,
      points: rows.map((row, index) => ({ id: row.id, at: row.completed_at, value: totals[index] })),
      statistics: {
        min: Math.min(...totals),
        max: Math.max(...totals),
        mean: expect.closeTo(totals.reduce((sum, total) => sum + total, 0) / totals.length, 9) as number,
        total: totals.length,
        trend: isStable ? 'stable' : change < 0 ? 'improving' : 'worsening',
      },
    };
    expect(await device.run('get_assessment_chart_data', { instrument, ...range })).toMatchObject({
      has_enough: rows.length >= 2,
      series: rows.length === 0 ? [] : [series],
    });
    // Both ends of a range are in it.
    const [oldest, newest] = [rows[0], rows.at(-1)];
    if (oldest !== undefined && newest !== undefined) {
      const ends = { from_date: oldest.completed_at, to_date: newest.completed_at };
      expect(await device.run('get_assessment_chart_data', { instrument, ...ends })).toMatchObject({
        series: [series],
      });
    }
    const { score_max } = instruments[instrument];
    const points = rows.map(({ id }, index) => ({
      id,
      score: totals[index],
      percent: expect.closeTo(((totals[index] ?? 0) / score_max) * 100, 9) as number,
    }));
    if (rows.length > 0) compared.push({ key: instrument, points });
  }
  const order = Object.keys(instruments);
  expect(await device.run('get_comparison_chart_data', { instruments: codes, ...range })).toMatchObject({
    series: compared.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key)),
  });
};

interface ActivityRow {
  readonly id: string;
  readonly name: string;
  readonly group_id: string;
  readonly deleted_at: string | null;
}

const checkWeek = async (device: TestDevice, history: History & { beginning: number }) => {
  const day = dayIn(history.dayStart);
  const weekOf = dateOf(history.beginning + history.weekOf * DAY_MS);
  const weekday = new Date(`${weekOf}T00:00:00Z`).getUTCDay();
  const startMs = Date.parse(`${weekOf}T00:00:00Z`) - ((weekday - history.weekStart + 7) % 7) * DAY_MS;
  const [start, end] = [dateOf(startMs), dateOf(startMs + 6 * DAY_MS)];
  const isIn = (date: string): boolean => date >= start && date <= end;

  const moods = (await ask<readonly MoodEntry[]>(device, 'get_mood_history')).filter((row) =>
    isIn(day(row, row.recorded_at)),
  );
  const logs = (await ask<readonly ActivityLog[]>(device, 'get_activity_logs')).filter((row) =>
    isIn(day(row, row.logged_at)),
  );
  const activities = await ask<readonly ActivityRow[]>(device, 'get_activities', { include_deleted: true });
  const assessments = (await ask<readonly Assessment[]>(device, 'get_assessment_history'))
    .filter(({ status }) => status === 'completed')
    .filter((row) => isIn(day(row, row.completed_at)))
    .toSorted((a, b) => (a.completed_at + a.id < b.completed_at + b.id ? -1 : 1));
  const sum = moods.reduce((total, { mood_rating }) => total + mood_rating, 0);
  const perActivity = activities
    .map(({ id, name }) => ({
      activity_id: id,
      name,
      logs: logs.filter((log) => log.activity_id === id).length,
    }))
    .filter((activity) => activity.logs > 0)
    .toSorted((a, b) => b.logs - a.logs || (a.name < b.name ? -1 : 1));
  const groups = await ask<readonly { id: string; name: string }[]>(device, 'get_activity_groups');
  expect(await device.run('get_weekly_report', { week_of: weekOf })).toMatchObject({
    week_start: start,
    week_end: end,
    total_logs: logs.length,
    unique_activities: perActivity.length,
    top_activities: perActivity.slice(0, 5),
    mood_count: moods.length,
    average_mood: moods.length === 0 ? null : (expect.closeTo(sum / moods.length, 9) as number),
    groups: groups.map(({ id, name }) => {
      const members = activities.filter((each) => each.group_id === id && each.deleted_at === null);
      const of = logs.filter(({ activity_id }) => members.some((member) => member.id === activity_id));
      return {
        name,
        activities_logged: new Set(of.map(({ activity_id }) => activity_id)).size,
        logs: of.length,
        days_active: new Set(of.map((log) => day(log, log.logged_at))).size,
      };
    }),
    assessments: assessments.map((row) => ({ id: row.id, score: { total: totalOf(row) } })),
  });
};

const checkGoals = async (device: TestDevice, { dayStart }: History) => {
  const now = Instant.parse(new Date(device.clock.nowMs).toISOString());
  const logs = await ask<readonly ActivityLog[]>(device, 'get_activity_logs');
  const activities = await ask<readonly ActivityRow[]>(device, 'get_activities');
  const goals = await ask<readonly (ActivityGoal & { readonly progress: GoalProgress })[]>(
    device,
    'get_goals_with_progress',
  );
  expect(goals).toHaveLength(4);
  for (const goal of goals) {
    const members = activities.filter(
      ({ id, group_id }) => id === goal.activity_id || group_id === goal.group_id,
    );
    const of = logs.filter(({ activity_id }) => members.some(({ id }) => id === activity_id));
    expect(goal.progress).toEqual(goalProgress(goal, of, now, dayStart));
  }
};

test('SQL and plain TypeScript agree on questionnaires, weeks and goals in every zone', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const { device, beginning } = await live(history);
      await checkCharts(device, { ...history, beginning });
      await checkWeek(device, { ...history, beginning });
      await checkGoals(device, history);
      device.close();
    }),
    { numRuns: 250 },
  );
});
