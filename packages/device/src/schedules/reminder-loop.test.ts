/** The loop brings each reminder once and on time, whatever clocks, zones and other devices do. */
import { expect, test } from 'vitest';
import { inFile, openTestDevice } from '../testing.ts';
import { arriveCompleted, createBell, lastTriggered, runUntil, startRinging } from './reminders.testing.ts';

test('each reminder comes once, at its time, and is remembered', async () => {
  const { device, databasePath, bell, until, rungFor } = await startRinging();
  await until('2025-03-10T07:59:59Z');
  expect(bell.rung).toEqual([]);
  await until('2025-03-10T08:00:00Z');
  expect(bell.rung).toMatchObject([
    { instrument: 'PHQ9', display_name: 'PHQ-9 (Depression)', due_at: '2025-03-10T08:00:00.000Z' },
  ]);
  expect(lastTriggered(databasePath)).toBe('2025-03-10T08:00:00.000Z');
  await until('2025-03-12T08:30:00Z');
  expect(rungFor()).toEqual([
    '2025-03-10T08:00:00.000Z',
    '2025-03-11T08:00:00.000Z',
    '2025-03-12T08:00:00.000Z',
  ]);
  device.close();
});

test('[R2] the last reminder is not a change that waits to be sent', async () => {
  const { device, databasePath, until } = await startRinging();
  inFile(databasePath, 'delete from outbox');
  const before = device.exportJson();
  await until('2025-03-10T09:00:00Z');
  expect(lastTriggered(databasePath)).not.toBeNull();
  expect(inFile(databasePath, 'select record_id from outbox')).toEqual([]);
  expect(device.exportJson()).toBe(before);
  device.close();
});

test('it wakes at full minutes and never sleeps longer than one, whatever the clock says', async () => {
  const { device, bell, jump } = await startRinging({ now: '2025-03-10T07:30:17.250Z' });
  expect(bell.waits).toEqual([42_750]);
  for (const time of ['2025-03-10T07:31:00Z', '1969-12-31T23:59:59.999Z', '2025-03-10T07:31:59.999Z']) {
    await jump(time);
  }
  expect(bell.waits.slice(1)).toEqual([60_000, 60_000, 1]);
  device.close();
});

test('a computer that slept over three days is reminded once', async () => {
  const { device, jump, until, rungFor } = await startRinging();
  await jump('2025-03-13T15:00:00Z');
  await until('2025-03-13T20:00:00Z');
  expect(rungFor()).toEqual(['2025-03-13T08:00:00.000Z']);
  device.close();
});

test('what was shown is not shown again after the app was closed and opened', async () => {
  const { device, databasePath, until } = await startRinging();
  await until('2025-03-10T08:00:00Z');
  device.close();
  const again = await openTestDevice({ now: '2025-03-10T08:05:00Z', databasePath });
  const bell = createBell(again.clock);
  again.startReminders(bell);
  expect(bell.rung).toEqual([]);
  await runUntil(again.clock, bell, '2025-03-11T08:00:00Z');
  expect(bell.rung).toHaveLength(1);
  again.close();
});

test('over midnight each day has its own', async () => {
  const { device, rungFor, until } = await startRinging({
    now: '2025-03-10T22:00:00Z',
    schedule: { time_of_day: '00:00' },
  });
  await until('2025-03-10T22:59:59Z');
  expect(rungFor()).toEqual([]);
  await until('2025-03-11T23:30:00Z');
  expect(rungFor()).toEqual(['2025-03-10T23:00:00.000Z', '2025-03-11T23:00:00.000Z']);
  device.close();
});

test.each([
  ['Europe/Berlin', '2025-03-29T12:00:00Z', ['2025-03-30T01:30:00.000Z', '2025-03-31T00:30:00.000Z']],
  ['Europe/Berlin', '2025-10-25T12:00:00Z', ['2025-10-26T00:30:00.000Z', '2025-10-27T01:30:00.000Z']],
  ['Australia/Sydney', '2025-10-04T10:00:00Z', ['2025-10-04T16:30:00.000Z', '2025-10-05T15:30:00.000Z']],
  ['Australia/Sydney', '2025-04-05T10:00:00Z', ['2025-04-05T15:30:00.000Z', '2025-04-06T16:30:00.000Z']],
])(
  'through the night the clocks change in %s from %s it rings once a day',
  async (timeZone, now, instants) => {
    const { device, rungFor, until } = await startRinging({
      now,
      timeZone,
      schedule: { time_of_day: '02:30' },
    });
    await until(new Date(Date.parse(now) + 40 * 3_600_000).toISOString());
    expect(rungFor()).toEqual(instants);
    device.close();
  },
);

test('a changed time zone is noticed within a minute, and what was just shown is not shown again', async () => {
  const { device, rungFor, until } = await startRinging();
  await until('2025-03-10T08:05:00Z');
  // 10:05 in Helsinki: its 09:00 lies before what was shown at 09:00 in Berlin.
  device.clock.timeZone = 'Europe/Helsinki';
  await until('2025-03-10T08:10:00Z');
  expect(rungFor()).toHaveLength(1);
  // 04:10 in New York, where 09:00 comes once more.
  device.clock.timeZone = 'America/New_York';
  await until('2025-03-10T12:59:59Z');
  expect(rungFor()).toHaveLength(1);
  await until('2025-03-10T13:00:00Z');
  expect(rungFor()).toEqual(['2025-03-10T08:00:00.000Z', '2025-03-10T13:00:00.000Z']);
  device.close();
});

test('a clock set back a day brings nothing a second time and loses nothing', async () => {
  const { device, rungFor, until, jump } = await startRinging();
  await until('2025-03-11T09:00:00Z');
  const shown = ['2025-03-10T08:00:00.000Z', '2025-03-11T08:00:00.000Z'];
  expect(rungFor()).toEqual(shown);
  await jump('2025-03-10T07:00:00Z');
  await until('2025-03-11T20:00:00Z');
  expect(rungFor()).toEqual(shown);
  await until('2025-03-12T08:00:00Z');
  expect(rungFor()).toEqual([...shown, '2025-03-12T08:00:00.000Z']);
  device.close();
});

test('a clock that was years ahead and is put right does not silence reminders for years', async () => {
  const { device, databasePath, rungFor, until, jump } = await startRinging({ now: '2025-03-10T08:30:00Z' });
  await jump('2031-06-01T12:00:00Z');
  await until('2031-06-01T12:05:00Z');
  expect(rungFor()).toEqual(['2031-06-01T07:00:00.000Z']);
  await jump('2025-03-11T07:00:00Z');
  await until('2025-03-11T10:00:00Z');
  expect(rungFor().slice(1)).toEqual(['2025-03-11T08:00:00.000Z']);
  expect(lastTriggered(databasePath)).toBe('2025-03-11T08:00:00.000Z');
  device.close();
});

test('what another device completed before the time is not reminded of', async () => {
  const { device, databasePath, rungFor, until } = await startRinging();
  arriveCompleted(databasePath, '2025-03-10T07:40:00.000Z');
  await until('2025-03-10T20:00:00Z');
  expect(rungFor()).toEqual([]);
  expect(lastTriggered(databasePath)).toBeNull();
  await until('2025-03-11T08:00:00Z');
  expect(rungFor()).toEqual(['2025-03-11T08:00:00.000Z']);
  device.close();
});

test('it comes as many minutes early as the person wants, once, and waits in the app from then on', async () => {
  const { device, databasePath, rungFor, until } = await startRinging();
  await device.run('set_preference', { key: 'reminder_lead_minutes', value: 15 });
  await until('2025-03-10T07:44:59Z');
  expect(rungFor()).toEqual([]);
  await until('2025-03-10T07:45:00Z');
  expect(rungFor()).toEqual(['2025-03-10T08:00:00.000Z']);
  expect(lastTriggered(databasePath)).toBe('2025-03-10T08:00:00.000Z');
  await until('2025-03-11T07:44:59Z');
  expect(rungFor()).toHaveLength(1);
  expect(await device.run('get_due_assessments', { include_shown: true })).toMatchObject([
    { due_at: '2025-03-10T08:00:00.000Z', shown: true },
  ]);
  await until('2025-03-11T07:45:00Z');
  expect(rungFor()).toHaveLength(2);
  device.close();
});
