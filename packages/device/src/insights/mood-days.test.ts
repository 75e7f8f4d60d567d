/** Moods by weekday and hour, and by day of a year: both by the person's day. */
import { expect, test } from 'vitest';
import { openTraveller } from './mood-history.testing.ts';

// 2025-03-08 is a Saturday.
const SATURDAY_0130 = { at: '2025-03-08T01:30:00Z', mood_rating: 6 };
const SATURDAY_1200 = { at: '2025-03-08T12:00:00Z', mood_rating: 3 };

test('without check-ins all weekdays and hours are there and empty', async () => {
  const { device } = await openTraveller();
  const answer = await device.run('get_mood_by_weekday_and_hour');
  expect(answer).toEqual({
    by_weekday: [1, 2, 3, 4, 5, 6, 0].map((weekday) => ({ weekday, count: 0, mean: null, median: null })),
    by_hour: Array.from({ length: 24 }, (_, hour) => ({ hour, count: 0, mean: null, median: null })),
    by_weekday_and_hour: [],
    other_scale_checkins: 0,
  });
});

test('the night belongs to the day before where days begin at 03:00, and keeps its hour', async () => {
  const { device, checkIn } = await openTraveller();
  await checkIn(SATURDAY_0130);
  await checkIn(SATURDAY_1200);
  expect(await device.run('get_mood_by_weekday_and_hour')).toMatchObject({
    by_weekday_and_hour: [
      { weekday: 6, hour: 1, count: 1, mean: 6 },
      { weekday: 6, hour: 12, count: 1, mean: 3 },
    ],
  });
  await device.run('set_preference', { key: 'day_start', value: '03:00' });
  expect(await device.run('get_mood_by_weekday_and_hour')).toMatchObject({
    by_weekday_and_hour: [
      { weekday: 5, hour: 1, count: 1, mean: 6 },
      { weekday: 6, hour: 12, count: 1, mean: 3 },
    ],
  });
});

test('where the week starts changes the order and no number', async () => {
  const { device, checkIn } = await openTraveller();
  await checkIn(SATURDAY_0130);
  await device.run('set_preference', { key: 'week_start', value: 6 });
  expect(await device.run('get_mood_by_weekday_and_hour')).toMatchObject({
    by_weekday: [6, 0, 1, 2, 3, 4, 5].map((weekday) => ({ weekday, count: weekday === 6 ? 1 : 0 })),
  });
});

test('the hour is that on the wall where the person was', async () => {
  const { device, checkIn } = await openTraveller();
  await checkIn({ at: '2025-03-08T18:20:00Z', time_zone: 'Asia/Kathmandu', mood_rating: 2 });
  await checkIn({ at: '2025-03-08T12:59:00Z', time_zone: 'Australia/Lord_Howe', mood_rating: 4 });
  expect(await device.run('get_mood_by_weekday_and_hour')).toMatchObject({
    by_weekday_and_hour: [
      { weekday: 6, hour: 23, mean: 4 },
      { weekday: 0, hour: 0, mean: 2 },
    ],
  });
});

test('the week before does not belong to this week', async () => {
  const { device, checkIn } = await openTraveller();
  await checkIn({ ...SATURDAY_0130, at: '2025-03-01T01:30:00Z' });
  expect(await device.run('get_mood_by_weekday_and_hour', { time_range: 'week' })).toMatchObject({
    by_weekday_and_hour: [],
  });
});

test('a year holds the days that have check-ins, each with their mean', async () => {
  const { device, checkIn } = await openTraveller();
  await checkIn(SATURDAY_1200);
  await checkIn(SATURDAY_0130);
  await checkIn({ at: '2025-01-05T12:00:00Z', mood_rating: 7 });
  expect(await device.run('get_year_in_pixels', { year: 2025 })).toEqual({
    year: 2025,
    days: [
      { day: '2025-01-05', mean: 7, median: 7, count: 1 },
      { day: '2025-03-08', mean: 4.5, median: 4.5, count: 2 },
    ],
    other_scale_checkins: 0,
  });
  expect(await device.run('get_year_in_pixels', { year: 2024 })).toMatchObject({ days: [] });
});

test("the first night of a year may belong to the old one, by the person's day alone", async () => {
  const { device, checkIn } = await openTraveller();
  // In UTC it is still the old year.
  await checkIn({ at: '2024-12-31T16:30:00Z', time_zone: 'Asia/Tokyo', mood_rating: 7 });
  expect(await device.run('get_year_in_pixels', { year: 2025 })).toMatchObject({
    days: [{ day: '2025-01-01' }],
  });
  await device.run('set_preference', { key: 'day_start', value: '03:00' });
  expect(await device.run('get_year_in_pixels', { year: 2025 })).toMatchObject({ days: [] });
  expect(await device.run('get_year_in_pixels', { year: 2024 })).toMatchObject({
    days: [{ day: '2024-12-31' }],
  });
});

test('a year is a whole number of four digits at most', async () => {
  const { device } = await openTraveller();
  for (const year of [0, 10_000, 2025.5, '2025', undefined]) {
    expect(await device.refusal('get_year_in_pixels', { year })).toBe('InvalidInput');
  }
  expect(await device.run('get_year_in_pixels', { year: 1 })).toMatchObject({ days: [] });
});

test('check-ins on another scale colour no day and no hour, and are counted', async () => {
  const { device, checkIn, setScale } = await openTraveller();
  setScale([await checkIn(SATURDAY_1200)], '1-5');
  expect(await device.run('get_year_in_pixels', { year: 2025 })).toMatchObject({
    days: [],
    other_scale_checkins: 1,
  });
  expect(await device.run('get_mood_by_weekday_and_hour')).toMatchObject({
    by_weekday_and_hour: [],
    other_scale_checkins: 1,
  });
});

test('one low hour moves the mean of a day and not its median', async () => {
  const { device, checkIn } = await openTraveller();
  for (const [hour, mood_rating] of [1, 6, 6, 6, 7].entries())
    await checkIn({ at: `2025-03-08T1${String(hour)}:00:00Z`, mood_rating });
  expect(await device.run('get_year_in_pixels', { year: 2025 })).toMatchObject({
    days: [{ mean: 5.2, median: 6, count: 5 }],
  });
  expect(await device.run('get_mood_by_weekday_and_hour')).toMatchObject({
    by_weekday: expect.arrayContaining([
      { weekday: 6, count: 5, mean: 5.2, median: 6 },
    ]) as readonly unknown[],
  });
});
