/** The years of a heavy user can be had again, grow by older years alone, and are what a device can hold. */
import { temporaryFolder } from '@mhb/device/testing';
import { expect, test } from 'vitest';
import { HEAVY, type Life } from './heavy-user.ts';
import { openHistoryDevice } from './history-device.ts';
import { historyDocument } from './ten-years.ts';

const small: Life = { ...HEAVY, moods: 60, assessments: 24, logs: 50 };

test('the same seed gives the same bytes, another seed gives others', () => {
  const years = { firstYear: 0, years: 2 };
  expect(historyDocument(small, years)).toBe(historyDocument({ ...small }, years));
  expect(historyDocument({ ...small, seed: small.seed + 1 }, years)).not.toBe(historyDocument(small, years));
});

test('more years add older entries and change nothing of the newer', async () => {
  const [one, two] = await Promise.all([1, 2].map((years) => newestOf(small, years)));
  expect(two?.moods).toEqual(one?.moods);
  expect(two?.count).toBe(2 * 60);
  expect(one?.count).toBe(60);
});

test('the years have journeys, a Trash, drafts and notes', async () => {
  const device = await openHistoryDevice(temporaryFolder());
  await device.liveThrough({ ...small, moods: 400 }, { firstYear: 0, years: 1 });
  const count = (condition: string): unknown =>
    device.floor.prepare(`select count(*) from ${condition}`).pluck().get();
  expect(device.floor.prepare('select count(distinct time_zone) from mood_entry').pluck().get()).toBe(4);
  expect(count('trashed')).toBeGreaterThan(5);
  expect(count(`assessment where status = 'draft'`)).toBe(4);
  expect(count('mood_entry where notes is not null')).toBeGreaterThan(100);
  expect(count(`mood_entry where wall_time < '03:00'`)).toBeGreaterThan(5);
  device.close();
});

const newestOf = async (life: Life, years: number) => {
  const device = await openHistoryDevice(temporaryFolder());
  await device.liveThrough(life, { firstYear: 0, years });
  const moods = await device.ask('get_mood_history', { limit: 40 });
  const count = device.floor.prepare('select count(*) from mood_entry').pluck().get();
  device.close();
  return { moods, count };
};
