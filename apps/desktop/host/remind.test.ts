/** What is due is shown once on the desktop, says nothing about anybody's health, and stays due while nobody saw it. */
import { openTestDevice } from '@mhb/device/testing';
import { expect, test } from 'vitest';
import { type DesktopNotifier, desktopNotifier } from './notify.ts';
import { remindNow } from './remind.ts';

const openWithReminder = async () => {
  const device = await openTestDevice({ now: '2025-03-10T07:00:00Z' });
  await device.run('create_schedule', { instrument: 'PHQ9', frequency: 'daily', time_of_day: '09:00' });
  device.clock.nowMs = Date.parse('2025-03-10T08:00:30Z');
  return device;
};

test('what is due is shown once, in words that give nothing away', async () => {
  const device = await openWithReminder();
  const shown: unknown[] = [];
  const desktop: DesktopNotifier = {
    notify: (notification, callback) => {
      shown.push(notification);
      callback(null);
    },
  };
  expect(await remindNow(device, desktopNotifier(desktop))).toMatchObject([
    { instrument: 'PHQ9', due_at: '2025-03-10T08:00:00.000Z', shown: true },
  ]);
  expect(await remindNow(device, desktopNotifier(desktop))).toEqual([]);
  expect(shown).toEqual([{ title: 'Mental Health Bar', message: 'A questionnaire is waiting for you.' }]);
  device.close();
});

test.each<[string, DesktopNotifier]>([
  [
    'answers with an error',
    {
      notify: (_, callback) => {
        callback(new Error('no session'));
      },
    },
  ],
  [
    'throws',
    {
      notify: () => {
        throw new Error('no session');
      },
    },
  ],
])('on a desktop that %s the reminder stays due', async (_, desktop) => {
  const device = await openWithReminder();
  expect(await remindNow(device, desktopNotifier(desktop))).toMatchObject([{ shown: false }]);
  expect(await device.run('get_due_assessments')).toHaveLength(1);
  device.close();
});
