/** Entries with an activity beside entries without it. */
import { expect, test } from 'vitest';
import { inFile } from '../testing.ts';
import { openTraveller } from './mood-history.testing.ts';

const five = (rating: number): readonly number[] => [rating, rating, rating, rating, rating];

test('nothing entered shows nothing and hides nothing', async () => {
  const { device } = await openTraveller();
  expect(await device.run('get_mood_associations')).toEqual({
    associations: [],
    hidden: 0,
    other_scale_checkins: 0,
  });
});

test('means with and without stand side by side, the greatest difference first, deleted activities too', async () => {
  const { device, checkInAll, newActivity } = await openTraveller();
  const walk = await newActivity('Walk');
  const work = await newActivity('Work');
  await checkInAll(five(6), [walk]);
  await checkInAll([1, 2, 3, 2, 2], [work]);
  await checkInAll(five(4));
  await device.run('delete_activity', { id: work });
  expect(await device.run('get_mood_associations')).toEqual({
    associations: [
      {
        activity_id: walk,
        name: 'Walk',
        deleted: false,
        mean_with: 6,
        mean_without: 3,
        difference: 3,
        count_with: 5,
        count_without: 10,
      },
      {
        activity_id: work,
        name: 'Work',
        deleted: true,
        mean_with: 2,
        mean_without: 5,
        difference: -3,
        count_with: 5,
        count_without: 10,
      },
    ],
    hidden: 0,
    other_scale_checkins: 0,
  });
});

test('an activity with fewer than five entries on either side is hidden and counted', async () => {
  const { device, checkInAll, newActivity } = await openTraveller();
  const [often, seldom] = [await newActivity('Often'), await newActivity('Seldom')];
  await checkInAll([5, 5, 5, 5], [often, seldom]);
  await checkInAll([4, 4, 4, 4], [often]);
  await checkInAll([3, 3, 3, 3]);
  expect(await device.run('get_mood_associations')).toMatchObject({ associations: [], hidden: 2 });
  await checkInAll([3]);
  expect(await device.run('get_mood_associations')).toMatchObject({
    associations: [{ name: 'Often', count_with: 8, count_without: 5 }],
    hidden: 1,
  });
});

test('equal differences stand by name, whatever the rounding of their means', async () => {
  const { device, checkInAll, newActivity } = await openTraveller();
  for (const name of ['Piano', 'Choir', 'Garden'])
    await checkInAll([1, 2, 4, 5, 6, 6, 7], [await newActivity(name)]);
  expect(await device.run('get_mood_associations')).toMatchObject({
    associations: [{ name: 'Choir' }, { name: 'Garden' }, { name: 'Piano' }],
  });
});

test('an entry that arrived naming an activity twice, or one that is not here, counts once', async () => {
  const { device, databasePath, checkInAll, newActivity } = await openTraveller();
  const walk = await newActivity('Walk');
  await checkInAll(five(6), [walk]);
  await checkInAll(five(2));
  inFile(
    databasePath,
    'insert into mood_entry_activity select mood_entry_id, 1, activity_id from mood_entry_activity',
  );
  const unknown = '018f3c2a-9b4d-7000-8000-000000000000';
  inFile(
    databasePath,
    `insert into mood_entry_activity select id, 2, '${unknown}' from mood_entry where mood_rating = 2`,
  );
  expect(await device.run('get_mood_associations')).toMatchObject({
    associations: [
      { name: 'Walk', deleted: false, count_with: 5, count_without: 5 },
      { activity_id: unknown, name: null, deleted: true, count_with: 5, count_without: 5 },
    ],
  });
});

test('entries on another scale are on neither side', async () => {
  const { device, checkIn, checkInAll, newActivity, setScale } = await openTraveller();
  const walk = await newActivity('Walk');
  await checkInAll(five(6), [walk]);
  await checkInAll(five(2));
  const other = [
    await checkIn({ at: '2025-03-09T10:00:00Z', mood_rating: 1, activity_ids: [walk] }),
    await checkIn({ at: '2025-03-09T11:00:00Z', mood_rating: 5 }),
  ];
  setScale(other, '1-5');
  expect(await device.run('get_mood_associations')).toMatchObject({
    associations: [{ mean_with: 6, mean_without: 2, count_with: 5, count_without: 5 }],
    other_scale_checkins: 2,
  });
});
