/** Moods in numbers, through the command. */
import { expect, test } from 'vitest';
import { openTraveller } from './mood-history.testing.ts';

const NOTHING = {
  average_mood: null,
  median: null,
  mode: null,
  modes: [],
  min: null,
  max: null,
  total_checkins: 0,
  mood_distribution: {},
  other_scale_checkins: 0,
};

test('no check-ins are no mood, not a mood of 0', async () => {
  const { device } = await openTraveller();
  expect(await device.run('get_mood_stats')).toEqual({ ...NOTHING, activity_correlations: [] });
});

test('both ends of the range are included, and compared as instants', async () => {
  const { device, checkIn } = await openTraveller();
  await checkIn({ at: '2025-03-01T10:00:00Z', mood_rating: 1 });
  await checkIn({ at: '2025-03-02T10:00:00Z', mood_rating: 2 });
  await checkIn({ at: '2025-03-03T10:00:00Z', mood_rating: 3 });
  const range = { from_date: '2025-03-01T12:00:00+02:00', to_date: '2025-03-02T15:45:00+05:45' };
  expect(await device.run('get_mood_stats', range)).toMatchObject({ mood_distribution: { 1: 1, 2: 1 } });
  expect(await device.refusal('get_mood_stats', { from_date: 'yesterday' })).toBe('InvalidInput');
  expect(await device.refusal('get_mood_stats', { limit: 3 })).toBe('InvalidInput');
});

test('what is in the Trash does not count, and counts again when it is restored', async () => {
  const { device, checkIn } = await openTraveller();
  const id = await checkIn({ at: '2025-03-01T10:00:00Z', mood_rating: 1 });
  await device.run('delete_mood_checkin', { id });
  expect(await device.run('get_mood_stats')).toMatchObject(NOTHING);
  await device.run('restore', { id });
  expect(await device.run('get_mood_stats')).toMatchObject({ total_checkins: 1, average_mood: 1 });
});

test('an activity is named from its third check-in on, deleted ones too, the highest mean first', async () => {
  const { device, checkInAll, newActivity } = await openTraveller();
  const walk = await newActivity('Walk');
  const work = await newActivity('Work');
  const rare = await newActivity('Rare');
  await checkInAll([7, 6, 5], [walk]);
  await checkInAll([2, 2, 3, 3], [work]);
  await checkInAll([7, 7], [rare]);
  await device.run('delete_activity', { id: walk });
  expect(await device.run('get_mood_stats')).toMatchObject({
    activity_correlations: [
      { activity_id: walk, name: 'Walk', deleted: true, mean_mood: 6, checkins: 3 },
      { activity_id: work, name: 'Work', deleted: false, mean_mood: 2.5, checkins: 4 },
    ],
  });
});

test('activities of one mean stand by name', async () => {
  const { device, checkInAll, newActivity } = await openTraveller();
  const names = ['Piano', 'Choir', 'Garden'];
  for (const name of names) await checkInAll([4, 4, 4], [await newActivity(name)]);
  expect(await device.run('get_mood_stats')).toMatchObject({
    activity_correlations: names.toSorted().map((name) => ({ name })),
  });
});

test('a check-in on another scale is counted apart and is in no mean', async () => {
  const { device, checkIn, newActivity, setScale } = await openTraveller();
  const walk = await newActivity('Walk');
  const ids: string[] = [];
  for (const mood_rating of [5, 5, 6, 6]) {
    ids.push(await checkIn({ at: '2025-03-01T10:00:00Z', mood_rating, activity_ids: [walk] }));
  }
  setScale(ids.slice(3), '1-6');
  expect(await device.run('get_mood_stats')).toMatchObject({
    max: 6,
    total_checkins: 3,
    mood_distribution: { 5: 2, 6: 1 },
    other_scale_checkins: 1,
    activity_correlations: [{ name: 'Walk', checkins: 3 }],
  });
  setScale(ids, '1-6');
  expect(await device.run('get_mood_stats')).toEqual({
    ...NOTHING,
    other_scale_checkins: 4,
    activity_correlations: [],
  });
});
