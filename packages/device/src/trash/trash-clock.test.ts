/** The 30 days of the Trash, and the backup of each day, while the clock moves. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';

const openFile = (timeZone = 'Europe/Berlin') => {
  const folder = temporaryFolder();
  const [databasePath, backupFolder] = [join(folder, 'device.db'), join(folder, 'backups')];
  return (now: string, zone = timeZone): Promise<TestDevice> =>
    openTestDevice({ databasePath, backupFolder, now, timeZone: zone });
};

const trashOf = async (device: TestDevice) =>
  (await device.run('list_trash')) as { readonly total: number; readonly items: readonly object[] };
const backupDays = async (device: TestDevice): Promise<readonly string[]> =>
  ((await device.run('list_backups')) as readonly { readonly day: string }[]).map(({ day }) => day);

/** Opens the app at that time, looks, and closes it. */
const look = async <Seen>(
  open: Promise<TestDevice>,
  seen: (device: TestDevice) => Promise<Seen>,
): Promise<Seen> => {
  const device = await open;
  const answer = await seen(device);
  device.close();
  return answer;
};

const deleteOne = async (device: TestDevice): Promise<string> => {
  const { id } = (await device.run('log_mood', { mood_rating: 3 })) as { readonly id: string };
  await device.run('delete_mood_checkin', { id });
  return id;
};

test.each(['2025-03-15T12:00:00Z', '2025-10-15T12:00:00Z'])(
  'thirty days from %s are 30 times 24 hours, over a change of the clocks and in every zone',
  async (from) => {
    const open = openFile();
    await look(open(from), deleteOne);
    await look(open(from), trashOf);
    const end = Date.parse(from) + 30 * 86_400_000;
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Honolulu']) {
      const before = await look(open(new Date(end - 1).toISOString(), zone), trashOf);
      expect(before).toMatchObject({ total: 1, items: [{ erased_after: new Date(end).toISOString() }] });
    }
    expect(await look(open(new Date(end).toISOString()), trashOf)).toMatchObject({ total: 0 });
  },
);

test('a clock set back a day erases nothing early, and what was deleted can be brought back', async () => {
  const open = openFile();
  const id = await look(open('2025-03-10T12:00:00Z'), deleteOne);
  await look(open('2025-03-10T12:00:00Z'), trashOf);
  expect(await look(open('2025-03-09T12:00:00Z'), trashOf)).toMatchObject({
    items: [{ erased_after: '2025-04-09T12:00:00.000Z' }],
  });
  expect(await look(open('2025-03-09T12:00:00Z'), (device) => device.run('restore', { id }))).toMatchObject({
    restored: 1,
  });
});

test('what was deleted while the clock was a year ahead stays at least 30 days once it is put right', async () => {
  const open = openFile();
  await look(open('2026-03-10T12:00:00Z'), deleteOne);
  await look(open('2026-03-10T12:00:00Z'), trashOf);
  for (const now of ['2025-03-10T12:00:00Z', '2025-04-09T12:00:00Z']) {
    expect(await look(open(now), trashOf)).toMatchObject({ total: 1 });
  }
  expect(await look(open('2026-04-09T12:00:00Z'), trashOf)).toMatchObject({ total: 0 });
});

test('each of the person’s days has one backup, whatever zone they open the app in', async () => {
  const open = openFile();
  await look(open('2025-03-10T08:00:00Z'), (device) => device.run('log_mood', { mood_rating: 3 }));
  expect(await look(open('2025-03-10T22:59:59Z'), backupDays)).toEqual(['2025-03-10']);
  expect(await look(open('2025-03-10T23:00:00Z'), backupDays)).toEqual(['2025-03-11', '2025-03-10']);
  // It is the tenth again in Honolulu.
  expect(await look(open('2025-03-11T08:00:00Z', 'Pacific/Honolulu'), backupDays)).toHaveLength(2);
  expect(await look(open('2025-03-12T08:00:00Z', 'Pacific/Kiritimati'), backupDays)).toHaveLength(3);
});

test('a clock that leaps a year and comes back costs at most one of the daily backups', async () => {
  const open = openFile('UTC');
  await look(open('2025-03-01T08:00:00Z'), (device) => device.run('log_mood', { mood_rating: 3 }));
  for (let day = 1; day <= 7; day += 1) await look(open(`2025-03-0${String(day)}T09:00:00Z`), backupDays);
  await look(open('2026-03-08T09:00:00Z'), backupDays);
  const days = await look(open('2025-03-08T09:00:00Z'), backupDays);
  expect(days).toEqual(expect.arrayContaining(['2026-03-08', '2025-03-08', '2025-03-07', '2025-03-03']));
  // And back a day: today has its backup already.
  expect(await look(open('2025-03-07T09:00:00Z'), backupDays)).toEqual(days);
  expect(await look(open('2025-03-07T09:00:00Z'), (device) => device.run('get_mood_history'))).toHaveLength(
    1,
  );
});
