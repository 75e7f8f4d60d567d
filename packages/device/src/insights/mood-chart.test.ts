/** What a chart of moods is drawn from, and the ranges it offers. */
import { expect, test } from 'vitest';
import { openTraveller } from './mood-history.testing.ts';

const NOW = '2025-03-10T12:00:00Z';
const hoursBefore = (hours: number): string => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();

test('nothing entered is an empty chart and never an error', async () => {
  const { device } = await openTraveller();
  expect(await device.run('get_mood_chart_data')).toEqual({
    points: [],
    statistics: {
      average_mood: null,
      median: null,
      mode: null,
      modes: [],
      min: null,
      max: null,
      total_checkins: 0,
      mood_distribution: {},
      other_scale_checkins: 0,
      checkins_per_day: 0,
    },
    has_enough: false,
    activity_breakdown: null,
  });
});

test('one point is not enough, two are', async () => {
  const { device, checkInAll } = await openTraveller();
  await checkInAll([3]);
  expect(await device.run('get_mood_chart_data')).toMatchObject({ has_enough: false });
  await checkInAll([4]);
  expect(await device.run('get_mood_chart_data')).toMatchObject({ has_enough: true });
});

test('points ascend, and each stands on the day of the person, in the zone of its entry', async () => {
  const { device, checkIn } = await openTraveller();
  await checkIn({ at: '2025-03-09T20:30:00Z', time_zone: 'Asia/Kathmandu', mood_rating: 2 });
  await checkIn({ at: '2025-03-09T05:59:00Z', time_zone: 'America/St_Johns', mood_rating: 6 });
  const points = (days: readonly string[]) => ({
    points: [
      { at: '2025-03-09T05:59:00.000Z', local_date: days[0], mood_rating: 6, mood_scale: '1-7' },
      { at: '2025-03-09T20:30:00.000Z', local_date: days[1], mood_rating: 2, mood_scale: '1-7' },
    ],
  });
  expect(await device.run('get_mood_chart_data')).toMatchObject(points(['2025-03-09', '2025-03-10']));
  await device.run('set_preference', { key: 'day_start', value: '03:00' });
  expect(await device.run('get_mood_chart_data')).toMatchObject(points(['2025-03-09', '2025-03-09']));
});

test.each([
  ['week', 7],
  ['month', 30],
  ['quarter', 90],
  ['year', 365],
] as const)('a %s is %i times 24 hours back from now', async (time_range, days) => {
  const { device, checkIn } = await openTraveller();
  await checkIn({ at: hoursBefore(days * 24), mood_rating: 5 });
  await checkIn({ at: new Date(Date.parse(hoursBefore(days * 24)) - 1).toISOString(), mood_rating: 1 });
  const chart = await device.run('get_mood_chart_data', { time_range });
  expect(chart).toMatchObject({
    points: [{ mood_rating: 5 }],
    statistics: { total_checkins: 1, checkins_per_day: 1 / days },
  });
  if (time_range === 'month') expect(await device.run('get_mood_chart_data')).toEqual(chart);
});

test('check-ins a day are over whole days, at least one, and 0 for all time, which has no length', async () => {
  const { device, checkInAll } = await openTraveller();
  await checkInAll([1, 2, 3, 4, 5, 6]);
  const perDay = async (input: object) => await device.run('get_mood_chart_data', input);
  const to_date = NOW;
  expect(await perDay({ time_range: 'custom', from_date: hoursBefore(71), to_date })).toMatchObject({
    statistics: { checkins_per_day: 3 },
  });
  expect(await perDay({ time_range: 'custom', from_date: hoursBefore(10), to_date })).toMatchObject({
    statistics: { checkins_per_day: 6 },
  });
  expect(await perDay({ time_range: 'custom', from_date: NOW, to_date: hoursBefore(10) })).toMatchObject({
    statistics: { checkins_per_day: 0, total_checkins: 0 },
  });
  expect(await perDay({ time_range: 'alltime' })).toMatchObject({
    statistics: { checkins_per_day: 0, total_checkins: 6 },
  });
});

test('dates alone are a range as of a history; a named range does not take them', async () => {
  const { device, checkInAll } = await openTraveller();
  await checkInAll([1, 2, 3]);
  expect(await device.run('get_mood_chart_data', { from_date: hoursBefore(2) })).toMatchObject({
    points: [{ mood_rating: 2 }, { mood_rating: 3 }],
  });
  const refused = (input: object) => device.call('get_mood_chart_data', input);
  expect(await refused({ time_range: 'custom', from_date: NOW })).toMatchObject({
    error: { type: 'InvalidInput', fields: ['to_date'] },
  });
  expect(await refused({ time_range: 'custom' })).toMatchObject({
    error: { fields: ['from_date', 'to_date'] },
  });
  expect(await refused({ time_range: 'week', to_date: NOW })).toMatchObject({
    error: { fields: ['to_date'] },
  });
  expect(await refused({ time_range: 'decade' })).toMatchObject({ error: { fields: ['time_range'] } });
});

test('the breakdown names living activities from their second check-in on, where it is asked for', async () => {
  const { device, checkInAll, newActivity } = await openTraveller();
  const [walk, work, gone, rare] = [
    await newActivity('Walk'),
    await newActivity('Work'),
    await newActivity('Gone'),
    await newActivity('Rare'),
  ];
  await checkInAll([2, 3], [work]);
  await checkInAll([6, 7], [walk, gone]);
  await checkInAll([7], [rare]);
  await device.run('delete_activity', { id: gone });
  expect(await device.run('get_mood_chart_data', { group_by_activity: true })).toMatchObject({
    activity_breakdown: [
      { activity_id: walk, name: 'Walk', mean_mood: 6.5, checkins: 2 },
      { activity_id: work, name: 'Work', mean_mood: 2.5, checkins: 2 },
    ],
  });
});

test('points of another scale are shown as such and neither averaged nor enough for a line', async () => {
  const { device, checkIn, setScale } = await openTraveller();
  const other = await checkIn({ at: hoursBefore(3), mood_rating: 5 });
  await checkIn({ at: hoursBefore(2), mood_rating: 2 });
  setScale([other], '1-5');
  expect(await device.run('get_mood_chart_data')).toMatchObject({
    points: [
      { mood_rating: 5, mood_scale: '1-5' },
      { mood_rating: 2, mood_scale: '1-7' },
    ],
    statistics: { average_mood: 2, total_checkins: 1, other_scale_checkins: 1 },
    has_enough: false,
  });
});
