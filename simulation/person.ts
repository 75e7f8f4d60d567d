/** What a person may do on one of their devices, chosen by numbers, so that a failure can be told again. */
import type { TestDevice } from '@mhb/device/testing';
import fc from 'fast-check';

/** `pick` chooses among what is there; `value` what is entered. */
export interface Act {
  readonly device: number;
  readonly name: (typeof actNames)[number];
  readonly pick: number;
  readonly value: number;
}

type Perform = (device: TestDevice, act: Act) => Promise<unknown>;

interface Listed {
  readonly id: string;
}

const words = ['', 'Walk', 'Swim', 'Read', 'Été', '😀 jog'];
const colors = [null, '#123456', '#abc', '#00ff0080'];
const wordOf = (value: number): string => words[value % words.length] ?? '';

const listed = async (device: TestDevice, query: string, input: unknown = {}): Promise<readonly Listed[]> =>
  (await device.run(query, input)) as readonly Listed[];

const picked = (things: readonly Listed[], pick: number): string | undefined =>
  things[pick % Math.max(things.length, 1)]?.id;

/** Does something to one of the things a query lists, where there is any. */
const toOneOf =
  (query: string, name: string, inputOf: (id: string, act: Act) => object): Perform =>
  async (device, act) => {
    const id = picked(await listed(device, query), act.pick);
    return id === undefined ? undefined : device.call(name, inputOf(id, act));
  };

const acts = {
  log_mood: async (device, { pick, value }) => {
    const activity = picked(await listed(device, 'get_activities'), pick);
    return device.call('log_mood', {
      mood_rating: (value % 7) + 1,
      notes: wordOf(value),
      activity_ids: activity === undefined ? [] : [activity],
    });
  },
  rate_mood: toOneOf('get_mood_history', 'update_mood_checkin', (id, { value }) => ({
    id,
    mood_rating: (value % 7) + 1,
  })),
  note_mood: toOneOf('get_mood_history', 'update_mood_checkin', (id, { value }) => ({
    id,
    notes: wordOf(value),
  })),
  delete_mood: toOneOf('get_mood_history', 'delete_mood_checkin', (id) => ({ id })),
  create_group: (device, { value }) => device.call('create_activity_group', { name: wordOf(value) }),
  delete_group: toOneOf('get_activity_groups', 'delete_activity_group', (id) => ({ id })),
  create_activity: toOneOf('get_activity_groups', 'create_activity', (group_id, { value }) => ({
    group_id,
    name: wordOf(value),
  })),
  rename_activity: toOneOf('get_activities', 'update_activity', (id, { value }) => ({
    id,
    name: wordOf(value),
  })),
  color_activity: toOneOf('get_activities', 'update_activity', (id, { value }) => ({
    id,
    color: colors[value % colors.length],
  })),
  delete_activity: toOneOf('get_activities', 'delete_activity', (id) => ({ id })),
  log_activity: toOneOf('get_activities', 'log_activity', (activity_id, { value }) => ({
    activity_id,
    notes: wordOf(value),
  })),
  set_goal: toOneOf('get_activities', 'set_activity_goal', (activity_id, { value }) => ({
    activity_id,
    goal_type: 'days_per_period',
    target_value: (value % 7) + 1,
    period_days: 7,
  })),
  submit_assessment: (device, { pick, value }) =>
    device.call('submit_assessment', {
      instrument: 'GAD7',
      responses: [pick % 4, value % 4, 0, 1, 2, 3, 0],
      status: pick % 2 === 0 ? 'draft' : 'completed',
    }),
  create_schedule: (device, { value }) =>
    device.call('create_schedule', {
      instrument: 'PHQ9',
      frequency: 'weekly',
      time_of_day: '20:00',
      day_of_week: value % 7,
    }),
  set_preference: (device, { value }) =>
    device.call('set_preference', { key: 'week_start', value: value % 7 }),
  restore: async (device, { pick }) => {
    const everything = await listed(device, 'get_activities', { include_deleted: true });
    const id = picked(everything, pick);
    return id === undefined ? undefined : device.call('restore', { id });
  },
  wait: (device, { value }) => {
    device.clock.nowMs += value * 1_000;
    return Promise.resolve();
  },
  set_the_clock_wrong: (device, { value }) => {
    device.clock.nowMs += (value - 50) * 3_600_000;
    return Promise.resolve();
  },
  sync: (device) => device.call('sync_now', {}),
} satisfies Record<string, Perform>;

const actNames = Object.keys(acts) as (keyof typeof acts)[];

/** What the person does next. Syncing is as frequent as five other acts together. */
export const anyAct = (devices: number): fc.Arbitrary<Act> =>
  fc.record({
    device: fc.nat({ max: devices - 1 }),
    name: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...actNames) },
      { weight: 1, arbitrary: fc.constant('sync' as const) },
    ),
    pick: fc.nat({ max: 20 }),
    value: fc.nat({ max: 100 }),
  });

/** Refusals are part of life; an exception is not. */
export const perform = async (device: TestDevice, act: Act): Promise<void> => {
  await acts[act.name](device, act);
};
