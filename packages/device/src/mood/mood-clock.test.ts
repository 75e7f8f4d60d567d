/** Check-ins while the clock moves: over midnight, over changes of the clocks, to other zones, and back a day. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';

interface CheckIn {
  readonly id: string;
  readonly recorded_at: string;
  readonly time_zone: string;
  readonly local_date: string;
  readonly mood_rating: number;
}

const setClock = (device: TestDevice, now: string, timeZone?: string): void => {
  device.clock.nowMs = Date.parse(now);
  if (timeZone !== undefined) device.clock.timeZone = timeZone;
};
const log = async (device: TestDevice, input: object = {}): Promise<CheckIn> =>
  (await device.run('log_mood', { mood_rating: 4, ...input })) as CheckIn;
const history = async (device: TestDevice): Promise<readonly CheckIn[]> =>
  (await device.run('get_mood_history')) as readonly CheckIn[];

test('over midnight a check-in belongs to the new day', async () => {
  const device = await openTestDevice({ now: '2025-03-10T22:59:59.999Z', timeZone: 'Europe/Berlin' });
  expect(await log(device)).toMatchObject({ local_date: '2025-03-10' });
  setClock(device, '2025-03-10T23:00:00Z');
  expect(await log(device)).toMatchObject({ local_date: '2025-03-11' });
  // Entered after midnight for before it.
  expect(await log(device, { recorded_at: '2025-03-10T23:30:00+01:00' })).toMatchObject({
    local_date: '2025-03-10',
  });
  device.close();
});

test.each([
  // The day of the change has 23 hours, 25, 23 and a half, and 25 with the second hour on the day before.
  ['Europe/Berlin', '2025-03-30T21:59:59Z', '2025-03-30', '2025-03-31'],
  ['Europe/Berlin', '2025-10-26T22:59:59Z', '2025-10-26', '2025-10-27'],
  ['Australia/Lord_Howe', '2025-10-05T12:59:59Z', '2025-10-05', '2025-10-06'],
  ['America/Santiago', '2025-04-06T03:59:59Z', '2025-04-05', '2025-04-06'],
  ['Pacific/Auckland', '2025-04-06T11:59:59Z', '2025-04-06', '2025-04-07'],
])('on the day of a change in %s midnight is where the wall has it', async (timeZone, now, day, next) => {
  const device = await openTestDevice({ now, timeZone });
  expect(await log(device)).toMatchObject({ local_date: day });
  device.clock.nowMs += 1_000;
  expect(await log(device)).toMatchObject({ local_date: next });
  device.close();
});

test.each([
  ['Europe/Berlin', '2025-03-30T12:00:00Z', '2025-03-29T13:00:00+01:00', '2025-03-29T12:59:59+01:00'],
  ['Europe/Berlin', '2025-10-26T12:00:00Z', '2025-10-25T14:00:00+02:00', '2025-10-25T13:59:59+02:00'],
  ['Pacific/Auckland', '2025-09-28T12:00:00Z', '2025-09-28T00:00:00+12:00', '2025-09-27T23:59:59+12:00'],
])('in %s a day back is 24 hours, whatever the clocks did', async (timeZone, now, oldest, tooOld) => {
  const device = await openTestDevice({ now, timeZone });
  const recorded_at = new Date(Date.parse(now) - 24 * 3_600_000).toISOString();
  expect(await log(device, { recorded_at: oldest })).toMatchObject({ recorded_at });
  expect(await device.refusal('log_mood', { mood_rating: 4, recorded_at: tooOld })).toBe('TooLongAgo');
  device.close();
});

test('a person who flies keeps the days they had: each entry stands on the day of its place', async () => {
  const device = await openTestDevice({ now: '2025-03-10T21:00:00Z', timeZone: 'Pacific/Auckland' });
  expect(await log(device)).toMatchObject({ local_date: '2025-03-11', time_zone: 'Pacific/Auckland' });
  // East over the date line: later, and a day earlier.
  setClock(device, '2025-03-11T09:00:00Z', 'Pacific/Honolulu');
  expect(await log(device)).toMatchObject({ local_date: '2025-03-10' });
  setClock(device, '2025-03-12T09:00:00Z', 'Pacific/Kiritimati');
  expect(await log(device)).toMatchObject({ local_date: '2025-03-12' });
  const days = (await history(device)).map(({ local_date }) => local_date);
  expect(days).toEqual(['2025-03-12', '2025-03-10', '2025-03-11']);
  device.close();
});

test('an edit in another zone leaves moment, zone and day as they were', async () => {
  const device = await openTestDevice({ now: '2025-03-10T21:00:00Z', timeZone: 'Pacific/Auckland' });
  const { id, recorded_at } = await log(device);
  setClock(device, '2025-06-01T12:00:00Z', 'America/New_York');
  const untouched = { recorded_at, time_zone: 'Pacific/Auckland', local_date: '2025-03-11' };
  expect(await device.run('update_mood_checkin', { id, mood_rating: 6 })).toMatchObject(untouched);
  // A form may send the moment along, in its own notation; it is the same moment, however long ago.
  for (const same of [recorded_at, '2025-03-10T21:00:00Z', '2025-03-10T17:00:00-04:00']) {
    expect(await device.run('update_mood_checkin', { id, recorded_at: same })).toMatchObject(untouched);
  }
  expect(await device.refusal('update_mood_checkin', { id, recorded_at: '2025-03-10T21:00:01Z' })).toBe(
    'TooLongAgo',
  );
  device.close();
});

test('a clock set back a day loses no check-in and refuses none', async () => {
  const device = await openTestDevice({ now: '2025-03-10T12:00:00Z', timeZone: 'UTC' });
  const tomorrow = await log(device, { mood_rating: 2 });
  setClock(device, '2025-03-09T12:00:00Z');
  await log(device, { mood_rating: 5 });
  expect((await history(device)).map(({ local_date }) => local_date)).toEqual(['2025-03-10', '2025-03-09']);
  // It lies in the future now; its words can be changed all the same, and the last change wins.
  await device.run('update_mood_checkin', { id: tomorrow.id, mood_rating: 3 });
  await device.run('update_mood_checkin', {
    ...{ id: tomorrow.id },
    mood_rating: 1,
    recorded_at: tomorrow.recorded_at,
  });
  expect(await device.run('get_mood_checkin', { id: tomorrow.id })).toMatchObject({
    mood_rating: 1,
    recorded_at: tomorrow.recorded_at,
  });
  expect(await device.run('get_mood_stats')).toMatchObject({ total_checkins: 2 });
  await device.run('delete_mood_checkin', { id: tomorrow.id });
  await device.run('restore', { id: tomorrow.id });
  expect(await history(device)).toHaveLength(2);
  device.close();
});
