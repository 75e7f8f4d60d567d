/** Random but valid weeks of a person: what they did, how they felt, what they answered, and what they wanted to do. */
import { type Assessment, type DayStart, type InstrumentCode, instruments } from '@mhb/core-domain';
import fc from 'fast-check';
import { openTestDevice } from '../testing.ts';
import { AROUND, ZONES } from './differential.testing.ts';
import { created } from './insight.testing.ts';

const HALF_HOUR_MS = 1_800_000;
const DAY_MS = 86_400_000;

const anyMoment = { zone: fc.constantFrom(...ZONES), halfHours: fc.integer({ min: -96, max: 96 }) };
const outcome = fc.constantFrom('kept', 'kept', 'kept', 'deleted');

export const histories = fc.record({
  dayStart: fc.constantFrom<DayStart>('00:00', '03:00'),
  weekStart: fc.constantFrom(0, 1, 6),
  around: fc.constantFrom(...AROUND),
  weekOf: fc.integer({ min: -2, max: 2 }),
  from: fc.option(fc.integer({ min: -1, max: 1 })),
  to: fc.option(fc.integer({ min: -1, max: 1 })),
  deletedActivity: fc.boolean(),
  logs: fc.array(fc.record({ ...anyMoment, outcome, activity: fc.nat(3) }), { maxLength: 14, size: 'max' }),
  moods: fc.array(fc.record({ ...anyMoment, outcome, mood_rating: fc.integer({ min: 1, max: 7 }) }), {
    maxLength: 10,
    size: 'max',
  }),
  assessments: fc.array(
    fc.record({
      ...anyMoment,
      outcome: fc.constantFrom('kept', 'kept', 'kept', 'deleted', 'draft'),
      instrument: fc.constantFrom<InstrumentCode>('OASIS', 'CESD'),
      answers: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 20, maxLength: 20 }),
    }),
    { maxLength: 10, size: 'max' },
  ),
});
export type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

export const live = async (history: History) => {
  const device = await openTestDevice({ now: '2025-12-31T12:00:00Z' });
  await device.run('set_preference', { key: 'day_start', value: history.dayStart });
  await device.run('set_preference', { key: 'week_start', value: history.weekStart });
  const groups = [
    await created(device, 'create_activity_group', { name: 'One' }),
    await created(device, 'create_activity_group', { name: 'Two' }),
  ];
  const activities: string[] = [];
  for (const [index, name] of ['A', 'B', 'C', 'D'].entries()) {
    activities.push(await created(device, 'create_activity', { name, group_id: groups[index % 2] }));
  }
  const beginning = Date.parse(`${history.around}T00:00:00Z`);
  const be = ({ zone, halfHours }: { readonly zone: string; readonly halfHours: number }): void => {
    Object.assign(device.clock, { timeZone: zone, nowMs: beginning + halfHours * HALF_HOUR_MS });
  };
  for (const log of history.logs) {
    be(log);
    const id = await created(device, 'log_activity', { activity_id: activities[log.activity] });
    if (log.outcome === 'deleted') await device.run('delete_activity_log', { id });
  }
  for (const mood of history.moods) {
    be(mood);
    const id = await created(device, 'log_mood', { mood_rating: mood.mood_rating });
    if (mood.outcome === 'deleted') await device.run('delete_mood_checkin', { id });
  }
  for (const { instrument, answers, ...assessment } of history.assessments) {
    be(assessment);
    const responses = answers.slice(0, instruments[instrument].question_count);
    const status = assessment.outcome === 'draft' ? 'draft' : 'completed';
    const answer = await device.call('submit_assessment', { instrument, responses, status });
    // A second one on a day is refused, and then nothing is there to be deleted.
    if ('value' in answer && assessment.outcome === 'deleted') {
      await device.run('delete_assessment', { id: (answer.value as Assessment).id });
    }
  }
  if (history.deletedActivity) await device.run('delete_activity', { id: activities[3] });
  for (const [index, activity_id] of activities.slice(0, 2).entries()) {
    const period = { target_value: 1, period_days: 1 + index };
    await device.run('set_activity_goal', { activity_id, goal_type: 'days_per_period', ...period });
    await device.run('set_activity_goal', {
      group_id: groups[index],
      goal_type: 'percent_improvement',
      ...period,
    });
  }
  Object.assign(device.clock, { timeZone: 'Europe/Berlin', nowMs: beginning + 2 * DAY_MS });
  return { device, beginning };
};
