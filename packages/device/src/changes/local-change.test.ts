/** Row, stamps and outbox entry of a change become real together, or none of them does. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inFile, openTestDevice, temporaryFolder, type TestDevice } from '../testing.ts';

const openWithFile = async (): Promise<{ device: TestDevice; path: string }> => {
  const path = join(temporaryFolder(), 'device.db');
  return { device: await openTestDevice({ databasePath: path }), path };
};

const outboxOf = (path: string): readonly unknown[] =>
  inFile(path, 'select record_id from outbox order by record_id').map(({ record_id }) => record_id);

interface Listed {
  readonly id: string;
}

/** Every kind of record, made, changed and deleted by its commands. */
const lives = [
  {
    kind: 'mood_entry',
    create: ['log_mood', { mood_rating: 3 }],
    edit: ['update_mood_checkin', { mood_rating: 4 }],
    remove: 'delete_mood_checkin',
  },
  {
    kind: 'assessment',
    create: ['submit_assessment', { instrument: 'PHQ9', responses: [0, 1, 2, 3, 0, 1, 2, 3, 0] }],
    edit: ['update_assessment_notes', { notes: 'Slept badly' }],
    remove: 'delete_assessment',
  },
  {
    kind: 'activity_group',
    create: ['create_activity_group', { name: 'Inside' }],
    edit: ['update_activity_group', { description: 'At home' }],
    remove: 'delete_activity_group',
  },
  {
    kind: 'schedule',
    create: ['create_schedule', { instrument: 'PHQ9', frequency: 'daily', time_of_day: '20:00' }],
    edit: ['update_schedule', { enabled: false }],
    remove: 'delete_schedule',
  },
] as const;

test.each(lives)('[O1] a $kind that is made, changed or deleted waits to be sent', async (life) => {
  const { device, path } = await openWithFile();
  const [create, input] = life.create;
  const { id } = (await device.run(create, input)) as Listed;
  expect(outboxOf(path)).toEqual([id]);
  const changes = [
    () => device.run(life.edit[0], { id, ...life.edit[1] }),
    () => device.run(life.remove, { id }),
    () => device.run('restore', { id }),
  ];
  for (const change of changes) {
    inFile(path, 'delete from outbox');
    await change();
    expect(outboxOf(path)).toEqual([id]);
  }
  expect(inFile(path, 'select kind from record')).toEqual([{ kind: life.kind }]);
  device.close();
});

test('[O1] activities, their logs and goals wait to be sent, and go to the Trash with their group', async () => {
  const { device, path } = await openWithFile();
  const group = (await device.run('create_activity_group', { name: 'Outside' })) as Listed;
  const activity = (await device.run('create_activity', { group_id: group.id, name: 'Walk' })) as Listed;
  const log = (await device.run('log_activity', { activity_id: activity.id })) as Listed;
  const goal = (await device.run('set_activity_goal', {
    activity_id: activity.id,
    goal_type: 'days_per_period',
    target_value: 3,
    period_days: 7,
  })) as Listed;
  const preference = (await device.run('set_preference', { key: 'week_start', value: 0 })) as Listed | null;
  expect(preference).toBeDefined();
  expect(outboxOf(path)).toEqual(expect.arrayContaining([group.id, activity.id, log.id, goal.id]));
  expect(outboxOf(path)).toHaveLength(5);
  inFile(path, 'delete from outbox');
  await device.run('delete_activity_group', { id: group.id });
  expect(outboxOf(path)).toEqual(expect.arrayContaining([group.id, activity.id]));
  device.close();
});

test.each(['record', 'outbox', 'mood_entry', 'mood_entry_activity'])(
  '[O1] where writing %s fails, nothing of the change is there',
  async (table) => {
    const { device, path } = await openWithFile();
    const group = (await device.run('create_activity_group', { name: 'Outside' })) as Listed;
    const activity = (await device.run('create_activity', { group_id: group.id, name: 'Walk' })) as Listed;
    const before = device.exportJson();
    const stateBefore = inFile(path, 'select * from device_state order by name');
    const outboxBefore = outboxOf(path);
    inFile(path, `create trigger fault before insert on ${table} begin select raise(abort, 'a fault'); end`);
    const mood = { mood_rating: 3, activity_ids: [activity.id] };
    await expect(device.call('log_mood', mood)).rejects.toThrow('a fault');
    expect(device.exportJson()).toBe(before);
    expect(outboxOf(path)).toEqual(outboxBefore);
    expect(inFile(path, 'select * from device_state order by name')).toEqual(stateBefore);
    inFile(path, 'drop trigger fault');
    await device.run('log_mood', mood);
    device.close();
  },
);

test('[O1] an edit that changes nothing is not sent', async () => {
  const { device, path } = await openWithFile();
  const { id } = (await device.run('log_mood', { mood_rating: 3, notes: 'Rain' })) as Listed;
  inFile(path, 'delete from outbox');
  await device.run('update_mood_checkin', { id, mood_rating: 3, notes: ' Rain ' });
  expect(outboxOf(path)).toEqual([]);
  device.close();
});

test('listeners hear of a change after it is on disk, and of nothing that failed', async () => {
  const { device, path } = await openWithFile();
  const heard: unknown[] = [];
  const stop = device.onChange(['mood_entry'], () => {
    heard.push(inFile(path, 'select mood_rating from mood_entry'));
  });
  await device.run('log_mood', { mood_rating: 3 });
  await device.run('create_activity_group', { name: 'Outside' });
  inFile(path, `create trigger fault before insert on outbox begin select raise(abort, 'a fault'); end`);
  await expect(device.call('log_mood', { mood_rating: 4 })).rejects.toThrow('a fault');
  inFile(path, 'drop trigger fault');
  await device.run('create_activity_group', { name: 'Inside' });
  expect(heard).toEqual([[{ mood_rating: 3 }]]);
  stop();
  await device.run('log_mood', { mood_rating: 5 });
  expect(heard).toHaveLength(1);
  device.close();
});
