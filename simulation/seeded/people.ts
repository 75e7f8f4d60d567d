/** What people do on a device, with every kind of record, by its own commands. Refusals are part of life. */
import type { Chance } from './chance.ts';
import type { SimulatedDevice } from './simulated-device.ts';

export interface Command {
  readonly name: string;
  readonly input: object;
}

type Choose = (device: SimulatedDevice, chance: Chance) => Command | undefined;

/** Looked for in everything that leaves a device. */
export const EVENING = 'a longer note, as people write them in the evening';

const words = ['', 'Walk', 'Swim', 'Read', 'Été', '😀 jog', EVENING];
const colors = [null, '#123456', '#abc', '#00ff0080'];
const DAY_MS = 24 * 3_600_000;

const wordOf = (chance: Chance): string => chance.pick(words) ?? '';

/** Names are unique among living ones, and here most of them should be taken without being refused. */
const nameOf = (chance: Chance): string => `${wordOf(chance)} ${String(chance.below(40))}`;

const idsOf = (device: SimulatedDevice, kind: string): readonly string[] =>
  [...device.shown].flatMap(([id, shown]) =>
    shown.kind === kind && !shown.groups.has('erased') ? [id] : [],
  );

const toOneOf =
  (kind: string, name: string, inputOf: (chance: Chance, device: SimulatedDevice) => object): Choose =>
  (device, chance) => {
    const id = chance.pick(idsOf(device, kind));
    return id === undefined ? undefined : { name, input: { id, ...inputOf(chance, device) } };
  };

const always =
  (name: string, inputOf: (chance: Chance) => object): Choose =>
  (_device, chance) => ({ name, input: inputOf(chance) });

const about =
  (kind: string, name: string, field: string, inputOf: (chance: Chance) => object): Choose =>
  (device, chance) => {
    const id = chance.pick(idsOf(device, kind));
    return id === undefined ? undefined : { name, input: { [field]: id, ...inputOf(chance) } };
  };

const choices: Readonly<Record<string, readonly [weight: number, choose: Choose]>> = {
  log_mood: [
    14,
    (device, chance) => {
      const activity = chance.pick(idsOf(device, 'activity'));
      const activity_ids = activity === undefined ? [] : [activity];
      return {
        name: 'log_mood',
        input: { mood_rating: chance.between(1, 7), notes: wordOf(chance), activity_ids },
      };
    },
  ],
  rate_mood: [
    12,
    toOneOf('mood_entry', 'update_mood_checkin', (chance) => ({ mood_rating: chance.between(1, 7) })),
  ],
  note_mood: [12, toOneOf('mood_entry', 'update_mood_checkin', (chance) => ({ notes: nameOf(chance) }))],
  delete_mood: [6, toOneOf('mood_entry', 'delete_mood_checkin', () => ({}))],
  create_group: [3, always('create_activity_group', (chance) => ({ name: nameOf(chance) }))],
  rename_group: [
    3,
    toOneOf('activity_group', 'update_activity_group', (chance) => ({ name: nameOf(chance) })),
  ],
  describe_group: [
    2,
    toOneOf('activity_group', 'update_activity_group', (chance) => ({ description: wordOf(chance) })),
  ],
  delete_group: [1, toOneOf('activity_group', 'delete_activity_group', () => ({}))],
  create_activity: [
    5,
    about('activity_group', 'create_activity', 'group_id', (chance) => ({ name: nameOf(chance) })),
  ],
  rename_activity: [5, toOneOf('activity', 'update_activity', (chance) => ({ name: nameOf(chance) }))],
  color_activity: [
    5,
    toOneOf('activity', 'update_activity', (chance) => ({ color: chance.pick(colors) ?? null })),
  ],
  delete_activity: [2, toOneOf('activity', 'delete_activity', () => ({}))],
  merge_activities: [
    1,
    (device, chance) => {
      const ids = idsOf(device, 'activity');
      const [keep_id, merge_id] = [chance.pick(ids), chance.pick(ids)];
      return keep_id === undefined ? undefined : { name: 'merge_activities', input: { keep_id, merge_id } };
    },
  ],
  log_activity: [
    5,
    about('activity', 'log_activity', 'activity_id', (chance) => ({ notes: wordOf(chance) })),
  ],
  note_log: [4, toOneOf('activity_log', 'update_activity_log', (chance) => ({ notes: nameOf(chance) }))],
  move_log: [
    2,
    toOneOf('activity_log', 'update_activity_log', (chance, device) => ({
      logged_at: new Date(Math.max(device.nowMs() - chance.below(400) * DAY_MS, 0)).toISOString(),
    })),
  ],
  delete_log: [2, toOneOf('activity_log', 'delete_activity_log', () => ({}))],
  set_goal: [
    2,
    about('activity', 'set_activity_goal', 'activity_id', (chance) => ({
      goal_type: 'days_per_period',
      target_value: chance.between(1, 7),
      period_days: 7,
    })),
  ],
  change_goal: [
    3,
    toOneOf('activity_goal', 'update_activity_goal', (chance) => ({ target_value: chance.between(1, 7) })),
  ],
  delete_goal: [1, toOneOf('activity_goal', 'delete_activity_goal', () => ({}))],
  submit_assessment: [
    4,
    always('submit_assessment', (chance) => ({
      instrument: 'GAD7',
      responses: Array.from({ length: 7 }, () => chance.below(4)),
      status: chance.permille(500) ? 'draft' : 'completed',
    })),
  ],
  note_assessment: [
    3,
    toOneOf('assessment', 'update_assessment_notes', (chance) => ({ notes: nameOf(chance) })),
  ],
  delete_assessment: [2, toOneOf('assessment', 'delete_assessment', () => ({}))],
  create_schedule: [
    2,
    always('create_schedule', (chance) => ({
      instrument: chance.pick(['PHQ9', 'GAD7']) ?? 'PHQ9',
      frequency: 'weekly',
      time_of_day: '20:00',
      day_of_week: chance.below(7),
    })),
  ],
  switch_schedule: [
    3,
    toOneOf('schedule', 'update_schedule', (chance) => ({ enabled: chance.permille(500) })),
  ],
  move_schedule: [3, toOneOf('schedule', 'update_schedule', (chance) => ({ day_of_week: chance.below(7) }))],
  delete_schedule: [1, toOneOf('schedule', 'delete_schedule', () => ({}))],
  set_preference: [4, always('set_preference', (chance) => ({ key: 'week_start', value: chance.below(7) }))],
  restore: [6, (device, chance) => byId('restore', device, chance)],
  erase: [2, (device, chance) => byId('erase', device, chance)],
};

const byId = (name: string, device: SimulatedDevice, chance: Chance): Command | undefined => {
  const deleted = [...device.shown].flatMap(([id, { groups }]) => (groups.has('life') ? [id] : []));
  const id = chance.pick(deleted);
  return id === undefined ? undefined : { name, input: { id } };
};

const weights = Object.fromEntries(Object.entries(choices).map(([name, [weight]]) => [name, weight]));

/** What the person at this device does next; nothing where what they had in mind is not there. */
export const chooseAct = (device: SimulatedDevice, chance: Chance): Command | undefined =>
  choices[chance.weighted(weights)]?.[1](device, chance);
