/** Today's list of questionnaires while the clock moves, and reminders that were made by a clock that was wrong. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';

const OASIS = { instrument: 'OASIS', responses: [0, 1, 2, 3, 4] };
const daily = { instrument: 'OASIS', frequency: 'daily', time_of_day: '09:00' };

const todayAt = async (device: TestDevice, now: string, timeZone?: string): Promise<unknown> => {
  device.clock.nowMs = Date.parse(now);
  if (timeZone !== undefined) device.clock.timeZone = timeZone;
  const due = (await device.run('get_due_assessments', { include_shown: true })) as readonly object[];
  return due.map((each) => 'due_at' in each && each.due_at);
};

const openWith = async (schedule: object, now: string, timeZone: string) => {
  const device = await openTestDevice({ now, timeZone });
  const { id } = (await device.run('create_schedule', schedule)) as { readonly id: string };
  return { device, id };
};

test('what was not done yesterday stands in the list over midnight, until today takes its place', async () => {
  const { device } = await openWith(daily, '2025-03-10T06:00:00Z', 'Europe/Berlin');
  expect(await todayAt(device, '2025-03-10T22:59:59Z')).toEqual(['2025-03-10T08:00:00.000Z']);
  expect(await todayAt(device, '2025-03-10T23:00:00Z')).toEqual(['2025-03-10T08:00:00.000Z']);
  expect(await todayAt(device, '2025-03-11T08:00:00Z')).toEqual(['2025-03-11T08:00:00.000Z']);
  await device.run('submit_assessment', OASIS);
  expect(await todayAt(device, '2025-03-11T22:59:59Z')).toEqual([]);
  expect(await todayAt(device, '2025-03-12T08:00:00Z')).toEqual(['2025-03-12T08:00:00.000Z']);
  device.close();
});

test.each([
  ['Europe/Berlin', '02:30', '2025-03-29T12:00:00Z', '2025-03-30T01:30:00.000Z'],
  ['Europe/Berlin', '02:30', '2025-10-25T12:00:00Z', '2025-10-26T00:30:00.000Z'],
  ['America/Santiago', '00:30', '2025-09-06T12:00:00Z', '2025-09-07T04:30:00.000Z'],
  ['Australia/Lord_Howe', '02:15', '2025-10-04T12:00:00Z', '2025-10-04T15:45:00.000Z'],
])('in %s what is due at %s in the night of a change comes when the wall says so', async (...words) => {
  const [timeZone, time_of_day, now, due] = words;
  const { device } = await openWith({ ...daily, time_of_day }, now, timeZone);
  expect(await todayAt(device, new Date(Date.parse(due) - 1).toISOString())).toEqual([]);
  expect(await todayAt(device, due)).toEqual([due]);
  device.close();
});

test('a day that was done before the flight is not asked for again where it comes once more', async () => {
  const { device } = await openWith(daily, '2025-03-10T10:00:00Z', 'Pacific/Auckland');
  expect(await todayAt(device, '2025-03-10T20:00:00Z')).toEqual(['2025-03-10T20:00:00.000Z']);
  await device.run('submit_assessment', OASIS);
  // The tenth of March in Honolulu, then the eleventh, which was done in Auckland, then the twelfth.
  expect(await todayAt(device, '2025-03-10T23:00:00Z', 'Pacific/Honolulu')).toEqual([]);
  expect(await todayAt(device, '2025-03-11T20:00:00Z')).toEqual([]);
  expect(await todayAt(device, '2025-03-12T19:00:00Z')).toEqual(['2025-03-12T19:00:00.000Z']);
  device.close();
});

test('a reminder that was made a day ahead waits for that day once the clock is set back', async () => {
  const { device, id } = await openWith(daily, '2025-03-10T06:00:00Z', 'UTC');
  expect(await todayAt(device, '2025-03-09T12:00:00Z')).toEqual([]);
  expect(await device.run('get_schedule', { id })).toMatchObject({
    next_occurrence: '2025-03-10T09:00:00+00:00',
  });
  expect(await todayAt(device, '2025-03-10T09:00:00Z')).toEqual(['2025-03-10T09:00:00.000Z']);
  device.close();
});

test.each([
  [{ ...daily }, '2025-03-11T09:00:00+00:00'],
  [{ ...daily, frequency: 'weekly', day_of_week: 5 }, '2025-03-14T09:00:00+00:00'],
  // Every second Wednesday, the eleventh of March 2026 among them.
  [{ ...daily, frequency: 'biweekly', day_of_week: 3 }, '2025-03-12T09:00:00+00:00'],
  [{ ...daily, frequency: 'monthly', day_of_month: 31 }, '2025-03-31T09:00:00+00:00'],
])(
  'a reminder made by a clock a year ahead comes once the clock is put right: %o',
  async (schedule, next) => {
    const { device, id } = await openWith(schedule, '2026-03-10T06:00:00Z', 'UTC');
    await todayAt(device, '2025-03-10T12:00:00Z');
    expect(await device.run('get_schedule', { id })).toMatchObject({ next_occurrence: next });
    expect(await device.run('get_schedules')).toMatchObject([{ next_occurrence: next }]);
    const due = new Date(next).toISOString();
    expect(await todayAt(device, due)).toEqual([due]);
    await device.run('mark_reminder_shown', { schedule_id: id });
    expect(await device.run('get_due_assessments')).toEqual([]);
    device.close();
  },
);
