/** Questionnaires while the clock moves: a day is the person's, wherever they are and whatever their clock did. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';

const OASIS = { instrument: 'OASIS', responses: [0, 1, 2, 3, 4] };

const setClock = (device: TestDevice, now: string, timeZone?: string): void => {
  device.clock.nowMs = Date.parse(now);
  if (timeZone !== undefined) device.clock.timeZone = timeZone;
};
const answer = (device: TestDevice, now: string, timeZone?: string) => {
  setClock(device, now, timeZone);
  return device.call('submit_assessment', OASIS);
};
const doneOn = (local_date: string) => ({ value: { status: 'completed', local_date } });
const refusedUntil = (next_possible_at: string) => ({
  error: { type: 'AlreadyCompletedToday', next_possible_at },
});

/** What is refused until a time is refused until then, and taken from then on. */
const refusedExactlyUntil = async (device: TestDevice, now: string, next: string): Promise<void> => {
  expect(await answer(device, now)).toMatchObject(refusedUntil(next));
  const before = new Date(Date.parse(next) - 1).toISOString();
  expect(await answer(device, before)).toMatchObject(refusedUntil(next));
  expect(await answer(device, next)).toMatchObject({ value: { status: 'completed' } });
};

test.each([
  ['00:00', 'Europe/Berlin', '2025-03-10T12:00:00Z', '2025-03-10T23:00:00.000Z'],
  ['03:00', 'Europe/Berlin', '2025-03-10T12:00:00Z', '2025-03-11T02:00:00.000Z'],
  // Where the clocks skip the hour in which the day would begin, it begins with the next.
  ['03:00', 'Europe/Helsinki', '2025-03-29T12:00:00Z', '2025-03-30T01:00:00.000Z'],
  ['00:00', 'Africa/Cairo', '2025-04-24T12:00:00Z', '2025-04-24T22:00:00.000Z'],
  ['00:00', 'America/Santiago', '2025-09-06T12:00:00Z', '2025-09-07T04:00:00.000Z'],
  // Where an hour comes twice, the day begins with the first.
  ['03:00', 'Europe/Helsinki', '2025-10-25T12:00:00Z', '2025-10-26T00:00:00.000Z'],
  ['00:00', 'America/Havana', '2025-11-01T12:00:00Z', '2025-11-02T04:00:00.000Z'],
  ['03:00', 'Pacific/Auckland', '2025-04-05T12:00:00Z', '2025-04-05T15:00:00.000Z'],
  ['00:00', 'Asia/Kathmandu', '2025-12-31T12:00:00Z', '2025-12-31T18:15:00.000Z'],
])('with days that begin at %s in %s the next is possible when the next day begins', async (...words) => {
  const [dayStart, timeZone, now, next] = words;
  const device = await openTestDevice({ timeZone });
  await device.run('set_preference', { key: 'day_start', value: dayStart });
  expect(await answer(device, now)).toMatchObject({ value: { status: 'completed' } });
  await refusedExactlyUntil(device, now, next);
  device.close();
});

test('flying west the new day is free as soon as it has begun there', async () => {
  const device = await openTestDevice({ timeZone: 'America/Los_Angeles' });
  expect(await answer(device, '2025-03-10T16:00:00Z')).toMatchObject(doneOn('2025-03-10'));
  // In Auckland it is the morning of the eleventh, five hours later.
  expect(await answer(device, '2025-03-10T21:00:00Z', 'Pacific/Auckland')).toMatchObject(
    doneOn('2025-03-11'),
  );
  expect(await answer(device, '2025-03-10T22:00:00Z')).toMatchObject(
    refusedUntil('2025-03-11T11:00:00.000Z'),
  );
  device.close();
});

test('flying east a day that was lived before is taken, and so the next possible day is the one after', async () => {
  const device = await openTestDevice({ timeZone: 'Pacific/Auckland' });
  expect(await answer(device, '2025-03-10T20:00:00Z')).toMatchObject(doneOn('2025-03-11'));
  // In Honolulu it is still the tenth, which is free.
  expect(await answer(device, '2025-03-11T05:00:00Z', 'Pacific/Honolulu')).toMatchObject(
    doneOn('2025-03-10'),
  );
  // The eleventh, which comes once more, was done in Auckland.
  await refusedExactlyUntil(device, '2025-03-11T06:00:00Z', '2025-03-12T10:00:00.000Z');
  device.close();
});

test('with days that begin at 03:00 a night flight changes no day that was done', async () => {
  const device = await openTestDevice({ timeZone: 'Europe/Berlin' });
  await device.run('set_preference', { key: 'day_start', value: '03:00' });
  // Half past one on the eleventh: the evening of the tenth.
  expect(await answer(device, '2025-03-11T00:30:00Z')).toMatchObject(doneOn('2025-03-11'));
  expect(await answer(device, '2025-03-11T01:00:00Z', 'America/New_York')).toMatchObject(
    refusedUntil('2025-03-11T07:00:00.000Z'),
  );
  expect(await answer(device, '2025-03-11T07:00:00Z')).toMatchObject(doneOn('2025-03-11'));
  device.close();
});

test('for a day before that is taken, the next possible day is the first free one', async () => {
  const device = await openTestDevice({ timeZone: 'UTC' });
  await answer(device, '2025-03-09T20:00:00Z');
  await answer(device, '2025-03-10T08:00:00Z');
  const backdated = { ...OASIS, completed_at: '2025-03-09T21:00:00Z' };
  expect(await device.call('submit_assessment', backdated)).toMatchObject(
    refusedUntil('2025-03-11T00:00:00.000Z'),
  );
  device.close();
});

test('a draft that is completed after midnight counts on the day it is completed', async () => {
  const device = await openTestDevice({ timeZone: 'Europe/Berlin', now: '2025-03-10T22:50:00Z' });
  await device.run('submit_assessment', { ...OASIS, responses: [1, -1, -1, -1, -1], status: 'draft' });
  const [draft] = (await device.run('get_draft_assessments')) as readonly { readonly id: string }[];
  expect(await answer(device, '2025-03-10T23:05:00Z')).toMatchObject({
    value: { id: draft?.id, local_date: '2025-03-11', created_at: '2025-03-10T22:50:00.000Z' },
  });
  expect(await device.run('get_draft_assessments')).toEqual([]);
  // The day on which it was begun is free.
  const before = { ...OASIS, completed_at: '2025-03-10T22:55:00Z' };
  expect(await device.call('submit_assessment', before)).toMatchObject(doneOn('2025-03-10'));
  device.close();
});

test('a clock set back a day finds the day before free or taken as it was, and its draft where it was', async () => {
  const device = await openTestDevice({ timeZone: 'UTC' });
  expect(await answer(device, '2025-03-10T12:00:00Z')).toMatchObject(doneOn('2025-03-10'));
  await device.run('submit_assessment', {
    instrument: 'GAD7',
    responses: [0, -1, -1, -1, -1, -1, -1],
    status: 'draft',
  });
  expect(await answer(device, '2025-03-09T12:00:00Z')).toMatchObject(doneOn('2025-03-09'));
  expect(await answer(device, '2025-03-09T13:00:00Z')).toMatchObject(
    refusedUntil('2025-03-11T00:00:00.000Z'),
  );
  expect(
    await device.run('submit_assessment', { instrument: 'GAD7', responses: [1, 1, 1, 1, 1, 1, 1] }),
  ).toMatchObject({
    local_date: '2025-03-09',
    score: { total: 7 },
  });
  expect(await device.run('get_assessment_history')).toHaveLength(3);
  expect(await device.run('get_latest_assessment', { instrument: 'OASIS' })).toMatchObject({
    local_date: '2025-03-10',
  });
  device.close();
});

test('a clock that was a year ahead keeps no day from being free once it is put right', async () => {
  const device = await openTestDevice({ timeZone: 'UTC' });
  expect(await answer(device, '2026-03-10T12:00:00Z')).toMatchObject(doneOn('2026-03-10'));
  for (const day of ['2025-03-10', '2025-03-11']) {
    expect(await answer(device, `${day}T12:00:00Z`)).toMatchObject(doneOn(day));
  }
  device.close();
});
