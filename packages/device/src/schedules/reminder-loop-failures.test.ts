/** The loop goes on when the notifier or the disk fails, and ends when it is told to. */
import { TimeZone } from '@mhb/core-domain';
import Driver from 'better-sqlite3-multiple-ciphers';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Database } from '../database/sql.ts';
import { openSqlite } from '../database/sqlite.ts';
import { inFile, openTestDevice, temporaryFolder } from '../testing.ts';
import { ReminderLoop } from './reminder-loop.ts';
import { createBell, lastTriggered, runUntil, startRinging } from './reminders.testing.ts';

test.each([
  ['says no', () => Promise.resolve('not_shown' as const)],
  ['fails', () => Promise.reject(new Error('no notifications here'))],
  [
    'throws',
    () => {
      throw new Error('no notifications here');
    },
  ],
])('a notifier that %s is tried once a minute until it shows the reminder', async (_, notify) => {
  const { device, databasePath, bell, until } = await startRinging();
  bell.notify = notify;
  await until('2025-03-10T08:03:00Z');
  expect(bell.rung).toHaveLength(4);
  expect(bell.waits.every((ms) => ms === 60_000)).toBe(true);
  expect(lastTriggered(databasePath)).toBeNull();
  expect(await device.run('get_due_assessments', { include_shown: true })).toMatchObject([{ shown: false }]);
  bell.notify = () => Promise.resolve('shown');
  await until('2025-03-10T09:00:00Z');
  expect(bell.rung).toHaveLength(5);
  expect(lastTriggered(databasePath)).toBe('2025-03-10T08:04:00.000Z');
  device.close();
});

test('one reminder that is not answered holds back neither the others nor its next one', async () => {
  const { device, databasePath, bell, until } = await startRinging();
  await device.run('create_schedule', { instrument: 'GAD7', frequency: 'daily', time_of_day: '09:30' });
  const answers: ((answer: 'shown') => void)[] = [];
  bell.notify = ({ instrument }) =>
    instrument === 'GAD7' ? Promise.resolve('shown') : new Promise((answer) => answers.push(answer));
  await until('2025-03-10T12:00:00Z');
  expect(bell.rung.map(({ instrument }) => instrument)).toEqual(['PHQ9', 'GAD7']);
  expect(inFile(databasePath, 'select * from reminder')).toHaveLength(1);
  await until('2025-03-11T08:10:00Z');
  expect(bell.rung.map(({ instrument }) => instrument)).toEqual(['PHQ9', 'GAD7', 'PHQ9']);
  // The answers arrive out of order; the later reminder stays remembered.
  for (const answer of answers.toReversed()) {
    answer('shown');
    await setImmediate();
  }
  expect(inFile(databasePath, 'select max(last_triggered_at) as last from reminder')).toEqual([
    { last: '2025-03-11T08:00:00.000Z' },
  ]);
  await until('2025-03-11T09:00:00Z');
  expect(bell.rung).toHaveLength(4);
  device.close();
});

test('once stopped it neither wakes, nor shows, nor records; closing the device stops it', async () => {
  for (const how of ['stop', 'close'] as const) {
    const { device, databasePath, bell, stop, until } = await startRinging();
    const answers: ((answer: 'shown') => void)[] = [];
    bell.notify = () => new Promise((answer) => answers.push(answer));
    await until('2025-03-10T08:00:00Z');
    if (how === 'stop') stop();
    else device.close();
    expect(bell.alarmMs()).toBeUndefined();
    for (const answer of answers) answer('shown');
    device.clock.nowMs = Date.parse('2025-03-11T08:00:00Z');
    await bell.wake();
    expect(bell.rung).toHaveLength(1);
    expect(lastTriggered(databasePath)).toBeNull();
    if (how === 'stop') device.close();
  }
});

test('while the disk is full a reminder comes once, and is remembered when there is room', async () => {
  const path = join(temporaryFolder(), 'device.db');
  const device = await openTestDevice({ now: '2025-03-10T07:59:00Z', databasePath: path });
  await device.run('create_schedule', { instrument: 'PHQ9', frequency: 'daily', time_of_day: '09:00' });
  const file = openSqlite(path);
  let full = true;
  const database: Database = {
    ...file,
    transaction: (body) => {
      if (full) throw new Driver.SqliteError('database or disk is full', 'SQLITE_FULL');
      return file.transaction(body);
    },
  };
  const bell = createBell(device.clock);
  const { clock } = device;
  const loop = new ReminderLoop({
    ...bell,
    clock: { nowMs: () => clock.nowMs },
    timeZone: () => TimeZone.parse(clock.timeZone),
    database,
    leadMinutes: () => 0,
  });
  loop.start();
  await runUntil(device.clock, bell, '2025-03-10T08:05:00Z');
  expect(bell.rung).toHaveLength(1);
  expect(lastTriggered(path)).toBeNull();
  full = false;
  await runUntil(device.clock, bell, '2025-03-10T08:06:00Z');
  expect(lastTriggered(path)).toBe('2025-03-10T08:00:00.000Z');
  await runUntil(device.clock, bell, '2025-03-10T09:00:00Z');
  expect(bell.rung).toHaveLength(1);
  loop.stop();
  file.close();
  device.close();
});
