/** When it is time for a questionnaire: by the person's clock, once, and not after it was answered. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';

interface Due {
  readonly schedule_id: string;
  readonly due_at: string;
  readonly shown: boolean;
}

const OASIS = { instrument: 'OASIS', responses: [0, 1, 2, 3, 4] };

const dueOn = async (device: TestDevice, now: string, input: object = {}): Promise<readonly Due[]> => {
  device.clock.nowMs = Date.parse(now);
  return (await device.run('get_due_assessments', input)) as readonly Due[];
};

const openWithReminder = async (
  schedule: object,
  options: { readonly now: string; readonly timeZone: string },
) => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const device = await openTestDevice({ databasePath, ...options });
  const { id } = (await device.run('create_schedule', { instrument: 'OASIS', ...schedule })) as {
    readonly id: string;
  };
  return { device, databasePath, id };
};

const daily = { frequency: 'daily', time_of_day: '20:00' };

test('a reminder that was shown does not come again, and stays in the list until it is answered', async () => {
  const { device, id } = await openWithReminder(daily, {
    now: '2025-03-10T08:00:00Z',
    timeZone: 'Europe/Berlin',
  });
  expect(await dueOn(device, '2025-03-10T18:59:59Z')).toEqual([]);
  expect(await dueOn(device, '2025-03-10T19:00:00Z')).toMatchObject([{ schedule_id: id, shown: false }]);
  await device.run('mark_reminder_shown', { schedule_id: id });
  expect(await dueOn(device, '2025-03-10T19:01:00Z')).toEqual([]);
  expect(await dueOn(device, '2025-03-10T19:01:00Z', { include_shown: true })).toMatchObject([
    { shown: true },
  ]);
  await device.run('submit_assessment', OASIS);
  expect(await dueOn(device, '2025-03-10T19:02:00Z', { include_shown: true })).toEqual([]);
  expect(await dueOn(device, '2025-03-11T19:00:00Z')).toMatchObject([{ due_at: '2025-03-11T19:00:00.000Z' }]);
  device.close();
});

test('with a lead it comes so much earlier, once', async () => {
  const { device, id } = await openWithReminder(daily, {
    now: '2025-03-10T08:00:00Z',
    timeZone: 'Europe/Berlin',
  });
  await device.run('set_preference', { key: 'reminder_lead_minutes', value: 15 });
  expect(await dueOn(device, '2025-03-10T18:44:59Z')).toEqual([]);
  expect(await dueOn(device, '2025-03-10T18:45:00Z')).toMatchObject([{ due_at: '2025-03-10T19:00:00.000Z' }]);
  await device.run('mark_reminder_shown', { schedule_id: id });
  for (const now of ['2025-03-10T18:46:00Z', '2025-03-10T19:00:00Z', '2025-03-10T19:30:00Z']) {
    expect(await dueOn(device, now)).toEqual([]);
  }
  device.close();
});

test('a clock that is set back a day brings no reminder twice and loses none', async () => {
  const { device, id } = await openWithReminder(daily, {
    now: '2025-03-10T08:00:00Z',
    timeZone: 'Europe/Berlin',
  });
  expect(await dueOn(device, '2025-03-12T19:00:00Z')).toHaveLength(1);
  await device.run('mark_reminder_shown', { schedule_id: id });
  expect(await dueOn(device, '2025-03-11T19:00:00Z')).toEqual([]);
  expect(await dueOn(device, '2025-03-12T19:30:00Z')).toEqual([]);
  expect(await dueOn(device, '2025-03-13T19:00:00Z')).toHaveLength(1);
  device.close();
});

test('somebody who travels is reminded by the clock on the wall where they are', async () => {
  const databasePath = join(temporaryFolder(), 'device.db');
  const home = await openTestDevice({ databasePath, now: '2025-03-10T08:00:00Z', timeZone: 'Europe/Berlin' });
  await home.run('create_schedule', { instrument: 'OASIS', ...daily });
  home.close();
  const away = await openTestDevice({
    databasePath,
    now: '2025-03-11T00:00:00Z',
    timeZone: 'America/New_York',
  });
  expect(await dueOn(away, '2025-03-10T23:59:59Z')).toEqual([]);
  expect(await dueOn(away, '2025-03-11T00:00:00Z')).toHaveLength(1);
  away.close();
});

test.each([
  ['switched off', 'update_schedule', { enabled: false }],
  ['deleted', 'delete_schedule', {}],
])('one that is %s reminds of nothing', async (_, command, edit) => {
  const { device, id } = await openWithReminder(daily, {
    now: '2025-03-10T08:00:00Z',
    timeZone: 'Europe/Berlin',
  });
  await device.run(command, { id, ...edit });
  expect(await dueOn(device, '2025-03-10T19:00:00Z', { include_shown: true })).toEqual([]);
  expect(
    await device.refusal('mark_reminder_shown', { schedule_id: '0195804c-7000-7000-8000-000000000001' }),
  ).toBe('NotFound');
  device.close();
});
