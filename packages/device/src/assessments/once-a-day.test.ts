/** A questionnaire counts once on each of the person's days, wherever the night falls. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';

const OASIS = { instrument: 'OASIS', responses: [0, 1, 2, 3, 4] };

const answerAt = (device: TestDevice, now: string, completed_at: string | null = null) => {
  device.clock.nowMs = Date.parse(now);
  return device.call('submit_assessment', { ...OASIS, completed_at });
};
const refused = (next_possible_at: string) => ({
  error: { type: 'AlreadyCompletedToday', fields: ['instrument'], next_possible_at },
});
const done = { value: { status: 'completed' } };

test('a second one on a day is refused, with when it is next possible', async () => {
  const device = await openTestDevice({ timeZone: 'Europe/Berlin' });
  expect(await answerAt(device, '2025-03-10T08:00:00Z')).toMatchObject(done);
  expect(await answerAt(device, '2025-03-10T22:59:59Z')).toMatchObject(refused('2025-03-10T23:00:00.000Z'));
  expect(await answerAt(device, '2025-03-10T23:00:00Z')).toMatchObject(done);
  device.close();
});

test('where the day begins at 03:00 the hours after midnight belong to the day before', async () => {
  const device = await openTestDevice({ timeZone: 'Europe/Berlin' });
  await device.run('set_preference', { key: 'day_start', value: '03:00' });
  expect(await answerAt(device, '2025-03-10T20:00:00Z')).toMatchObject(done);
  expect(await answerAt(device, '2025-03-11T00:30:00Z')).toMatchObject(refused('2025-03-11T02:00:00.000Z'));
  expect(await answerAt(device, '2025-03-11T02:00:00Z')).toMatchObject(done);
  // After midnight is still the eleventh, so it is taken; the twelfth begins at three.
  expect(await answerAt(device, '2025-03-12T01:30:00Z')).toMatchObject(refused('2025-03-12T02:00:00.000Z'));
  device.close();
});

test.each([
  ['Europe/Berlin', '2025-03-30T10:00:00Z', '2025-03-30T22:00:00.000Z'],
  ['Europe/Berlin', '2025-10-26T10:00:00Z', '2025-10-26T23:00:00.000Z'],
  ['Australia/Lord_Howe', '2025-10-05T02:00:00Z', '2025-10-05T13:00:00.000Z'],
  ['Asia/Beirut', '2025-03-29T10:00:00Z', '2025-03-29T22:00:00.000Z'],
])(
  'over a change of the clocks in %s the next day begins when it does there',
  async (timeZone, now, next) => {
    const device = await openTestDevice({ timeZone });
    expect(await answerAt(device, now)).toMatchObject(done);
    expect(await answerAt(device, now)).toMatchObject(refused(next));
    device.close();
  },
);

test('it counts by the day it is entered for, and a deleted one or a draft does not', async () => {
  const device = await openTestDevice({ timeZone: 'Europe/Berlin' });
  expect(await answerAt(device, '2025-03-10T08:00:00Z')).toMatchObject(done);
  expect(await answerAt(device, '2025-03-10T08:30:00Z', '2025-03-09T20:00:00+01:00')).toMatchObject(done);
  expect(await answerAt(device, '2025-03-10T08:40:00Z', '2025-03-09T21:00:00+01:00')).toMatchObject(
    // The tenth is taken too.
    refused('2025-03-10T23:00:00.000Z'),
  );
  const [latest] = (await device.run('get_assessment_history', {})) as readonly { readonly id: string }[];
  await device.run('delete_assessment', { id: latest?.id });
  expect(await answerAt(device, '2025-03-10T09:00:00Z')).toMatchObject(done);
  device.close();
});
