/** Midnight, daylight saving time, journeys and clocks that are wrong: what a person's days make of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDevice, temporaryFolder, type TestDevice } from './testing.ts';

const OASIS = { instrument: 'OASIS', responses: [0, 1, 2, 3, 4] };

interface Entry {
  readonly id: string;
  readonly local_date: string;
}

/** Sets the clock, and where the person is, before anything is done. */
const at = async <Value = Entry>(
  device: TestDevice,
  moment: string | readonly [now: string, timeZone: string],
  name: string,
  input: object = {},
): Promise<Value> => {
  const [now, timeZone = device.clock.timeZone] = typeof moment === 'string' ? [moment] : moment;
  Object.assign(device.clock, { nowMs: Date.parse(now), timeZone });
  const answer = await device.call(name, input);
  return ('value' in answer ? answer.value : answer) as Value;
};

test('a check-in has the day of the place it was made in, and keeps it wherever the person goes', async () => {
  const device = await openTestDevice();
  const mood = { mood_rating: 4 };
  const days = [
    await at(device, ['2025-03-10T14:59:59.999Z', 'Asia/Tokyo'], 'log_mood', mood),
    await at(device, ['2025-03-10T15:00:00Z', 'Asia/Tokyo'], 'log_mood', mood),
    // Two hours later and over the date line, where it is the day before.
    await at(device, ['2025-03-10T17:00:00Z', 'Pacific/Honolulu'], 'log_mood', mood),
    await at(device, ['2025-03-11T10:00:00Z', 'Pacific/Honolulu'], 'log_mood', mood),
  ];
  expect(days.map(({ local_date }) => local_date)).toEqual([
    '2025-03-10',
    '2025-03-11',
    '2025-03-10',
    '2025-03-11',
  ]);
  device.clock.timeZone = 'Europe/Berlin';
  expect(await device.run('get_mood_history')).toMatchObject(
    days.toReversed().map(({ id, local_date }) => ({ id, local_date })),
  );
  device.close();
});

test.each([
  // The night of 29 March has 23 hours in Berlin, that of 25 October 25; a day back is 24 hours in both.
  ['2025-03-30T10:00:00Z', '2025-03-29T10:00:00Z', '2025-03-29T09:59:59.999Z'],
  ['2025-10-26T10:00:00Z', '2025-10-25T10:00:00Z', '2025-10-25T09:59:59.999Z'],
  ['2025-03-10T00:00:00Z', '2025-03-09T00:00:00Z', '2025-03-08T23:59:59.999Z'],
])('at %s an entry may be for %s, and no earlier', async (now, earliest, before) => {
  const device = await openTestDevice({ now });
  for (const [name, field, input] of [
    ['log_mood', 'recorded_at', { mood_rating: 4 }],
    ['submit_assessment', 'completed_at', OASIS],
  ] as const) {
    expect(await device.call(name, { ...input, [field]: before })).toMatchObject({
      error: { type: 'TooLongAgo', fields: [field] },
    });
    const tomorrow = new Date(device.clock.nowMs + 1).toISOString();
    expect(await device.refusal(name, { ...input, [field]: tomorrow })).toBe('InTheFuture');
    await device.run(name, { ...input, [field]: earliest });
  }
  device.close();
});

test('over the date line a questionnaire counts once on each day that the person lives, also one that comes twice', async () => {
  const device = await openTestDevice();
  const done = { status: 'completed' };
  expect(await at(device, ['2025-03-10T20:00:00Z', 'Asia/Tokyo'], 'submit_assessment', OASIS)).toMatchObject({
    ...done,
    local_date: '2025-03-11',
  });
  // In Honolulu the tenth has not been answered yet; the eleventh was, in Tokyo.
  expect(
    await at(device, ['2025-03-11T05:00:00Z', 'Pacific/Honolulu'], 'submit_assessment', OASIS),
  ).toMatchObject({
    ...done,
    local_date: '2025-03-10',
  });
  expect(await at(device, '2025-03-11T20:00:00Z', 'submit_assessment', OASIS)).toMatchObject({
    error: { type: 'AlreadyCompletedToday', next_possible_at: '2025-03-12T10:00:00.000Z' },
  });
  expect(await at(device, '2025-03-12T10:00:00Z', 'submit_assessment', OASIS)).toMatchObject(done);
  device.close();
});

test('a draft that is finished after midnight belongs to the day it was finished on', async () => {
  const device = await openTestDevice({ now: '2025-03-10T22:50:00Z' });
  const { id } = (await device.run('submit_assessment', {
    instrument: 'OASIS',
    responses: [0, 1, -1, -1, -1],
    status: 'draft',
    notes: 'begun late',
  })) as Entry;
  expect(await at(device, '2025-03-10T23:10:00Z', 'submit_assessment', OASIS)).toMatchObject({
    id,
    status: 'completed',
    local_date: '2025-03-11',
    notes: 'begun late',
  });
  expect(await at(device, '2025-03-11T20:00:00Z', 'submit_assessment', OASIS)).toMatchObject({
    error: { type: 'AlreadyCompletedToday' },
  });
  device.close();
});

test.each([
  ['Monday', 1, '00:00', ['2025-03-10', 1], ['2025-03-10', 2]],
  ['Monday', 1, '03:00', ['2025-03-03', 1], ['2025-03-10', 1]],
  ['Sunday', 0, '00:00', ['2025-03-09', 1], ['2025-03-09', 2]],
])(
  'where weeks begin on %s (%i) and days at %s the small hours of Monday count where they belong',
  async (_, week_start, day_start, small_hours, morning) => {
    const device = await openTestDevice();
    await device.run('set_preference', { key: 'week_start', value: week_start });
    await device.run('set_preference', { key: 'day_start', value: day_start });
    for (const [now, [start, count]] of [
      ['2025-03-10T01:30:00Z', small_hours],
      ['2025-03-10T02:00:00Z', morning],
    ] as const) {
      await at(device, now, 'log_mood', { mood_rating: 4 });
      expect(await device.run('get_weekly_report')).toMatchObject({ week_start: start, mood_count: count });
    }
    device.close();
  },
);

test('a clock that was a day ahead refuses nothing when it is put right, and edits made then still count', async () => {
  const device = await openTestDevice({ now: '2025-03-11T12:00:00Z' });
  const group = (await device.run('create_activity_group', { name: 'Outside' })) as Entry;
  const walk = (await device.run('create_activity', { group_id: group.id, name: 'Walk' })) as Entry;
  const mood = (await device.run('log_mood', { mood_rating: 2, notes: 'before' })) as Entry;
  const log = (await device.run('log_activity', { activity_id: walk.id })) as Entry;
  await device.run('submit_assessment', OASIS);

  await at(device, '2025-03-10T12:00:00Z', 'update_mood_checkin', { id: mood.id, notes: 'after' });
  await device.run('update_activity', { id: walk.id, name: 'Stroll' });
  await device.run('delete_activity_log', { id: log.id });
  await device.run('log_mood', { mood_rating: 5 });
  expect(await device.run('submit_assessment', OASIS)).toMatchObject({ local_date: '2025-03-10' });

  // What merges by its stamps, as on another device, sees the edits as the later ones.
  const other = await openTestDevice({ now: '2025-03-10T13:00:00Z' });
  const file = join(temporaryFolder(), 'export.json');
  writeFileSync(file, device.exportJson());
  await other.run('import_json', { file });
  for (const each of [device, other]) {
    expect(await each.run('get_mood_checkin', { id: mood.id })).toMatchObject({
      notes: 'after',
      mood_rating: 2,
    });
    expect(await each.run('get_mood_history')).toHaveLength(2);
    expect(await each.run('get_activities')).toMatchObject([{ name: 'Stroll' }]);
    expect(await each.run('get_activity_logs')).toEqual([]);
    expect(await each.run('list_trash')).toMatchObject({ items: [{ id: log.id }] });
    each.close();
  }
});

test('an entry that a wrong clock put years ahead is shown, and can be put where it belongs', async () => {
  const device = await openTestDevice({ now: '2031-06-01T12:00:00Z' });
  const { id } = (await device.run('log_mood', { mood_rating: 2 })) as Entry;
  await device.run('submit_assessment', OASIS);
  expect(await at(device, '2025-03-10T12:00:00Z', 'submit_assessment', OASIS)).toMatchObject({
    status: 'completed',
  });
  expect(await device.run('get_mood_history')).toMatchObject([{ id, local_date: '2031-06-01' }]);
  const moved = { id, recorded_at: '2025-03-10T11:00:00Z' };
  expect(await device.run('update_mood_checkin', moved)).toMatchObject({ local_date: '2025-03-10' });
  device.close();
});

test('a clock that is set back a day takes nothing from the Trash and replaces no backup', async () => {
  const folder = temporaryFolder();
  const open = (now: string) =>
    openTestDevice({ databasePath: join(folder, 'device.db'), backupFolder: join(folder, 'backups'), now });
  const device = await open('2025-03-11T12:00:00Z');
  const { id } = (await device.run('log_mood', { mood_rating: 2 })) as Entry;
  await device.run('delete_mood_checkin', { id });
  await device.run('back_up_now');
  device.close();
  const days: Readonly<Record<string, number>> = {
    '2025-03-10T12:00:00Z': 1,
    '2025-04-10T11:59:59Z': 1,
    '2025-04-10T12:00:00Z': 0,
  };
  for (const [now, left] of Object.entries(days)) {
    const later = await open(now);
    expect(await later.run('list_trash')).toMatchObject({ total: left });
    later.close();
  }
  const last = await open('2025-04-10T12:00:00Z');
  expect(await last.run('list_backups')).toMatchObject([
    { day: '2025-04-10' },
    { day: '2025-03-11' },
    { day: '2025-03-10' },
  ]);
  last.close();
});

test('a goal follows the days of the person through a night in which the clocks change', async () => {
  const device = await openTestDevice({ now: '2025-10-25T12:00:00Z' });
  const group = (await device.run('create_activity_group', { name: 'Outside' })) as Entry;
  const { id: activity_id } = (await device.run('create_activity', {
    group_id: group.id,
    name: 'Walk',
  })) as Entry;
  // 23:30 in summer, then twice 02:30 of one night, and 00:30 of the next day.
  for (const now of [
    '2025-10-25T21:30:00Z',
    '2025-10-26T00:30:00Z',
    '2025-10-26T01:30:00Z',
    '2025-10-26T23:30:00Z',
  ]) {
    await at(device, now, 'log_activity', { activity_id });
  }
  const goal = { activity_id, goal_type: 'days_per_period', target_value: 3, period_days: 7 };
  const { id } = (await device.run('set_activity_goal', goal)) as Entry;
  expect(await device.run('check_goal_progress', { id })).toMatchObject({
    current_value: 3,
    is_achieved: true,
  });
  await device.run('set_preference', { key: 'day_start', value: '03:00' });
  // With days that begin at three the second and third belong to Saturday, the last to Sunday.
  expect(await device.run('check_goal_progress', { id })).toMatchObject({
    current_value: 2,
    is_achieved: false,
  });
  device.close();
});
