/** Every case of validation.json through the commands: what is accepted, what is refused, and that a refusal changes nothing. */
import { expect, test } from 'vitest';
import { openTestDevice, type TestDevice } from '../testing.ts';
import { readVectors, testThatAllAreTakenUp, testVectors } from './vectors.testing.ts';

interface Case {
  readonly id: string;
  readonly entity:
    | 'mood_checkin'
    | 'activity'
    | 'activity_group'
    | 'activity_log'
    | 'activity_goal'
    | 'assessment'
    | 'schedule';
  readonly operation: 'create' | 'update' | 'update_notes';
  readonly input: Readonly<Record<string, unknown>>;
  readonly expect: 'accept' | 'reject';
  readonly rule: string;
  readonly context?: {
    readonly now?: string;
    readonly timezone?: string;
    readonly active_names?: readonly string[];
    readonly deleted_names?: readonly string[];
    readonly target?: string;
    readonly existing?: unknown;
    readonly existing_completed?: readonly { readonly instrument: string; readonly completed_at: string }[];
  };
}

const file = 'validation';
const { cases } = readVectors<{ readonly cases: readonly Case[] }>(file);

const NOW = '2025-03-10T12:00:00Z';
const UNKNOWN = '018f3c2a-9b4d-7000-8000-000000000000';

const check = async (vector: Case): Promise<void> => {
  const world = await worldOf(vector);
  const before = world.device.exportJson();
  const answer = await world.device.call(...world.call);
  const outcome = 'value' in answer ? 'accept' : 'reject';
  expect(outcome, JSON.stringify(answer)).toBe(vector.expect);
  if (outcome === 'reject') expect(world.device.exportJson()).toBe(before);
};

test('a refusal names fields and never quotes what was written', async () => {
  const device = await openTestDevice();
  const answer = await device.call('log_mood', {
    mood_rating: 'SECRET-WORDS',
    notes: 'SECRET\u0000NOTE',
    SECRET_FIELD: 1,
  });
  expect(JSON.stringify(answer)).not.toMatch(/SECRET-WORDS|SECRET.NOTE/);
  expect(answer).toMatchObject({
    error: { type: 'InvalidInput', fields: ['mood_rating', 'notes', 'SECRET_FIELD'] },
  });
});

const worldOf = async (vector: Case) => {
  const { context = {} } = vector;
  const device = await openTestDevice({ now: context.now ?? NOW, timeZone: context.timezone ?? 'UTC' });
  const ids = await symbolicIds(device, vector);
  for (const { instrument, completed_at } of context.existing_completed ?? []) {
    await at(device, completed_at, () =>
      device.run('submit_assessment', { instrument, responses: zeros(instrument) }),
    );
  }
  await existing(device, vector, ids);
  const input = toInput(vector.input, ids);
  const [name, target] = await targetOf(device, vector, ids);
  return { device, call: [name, target === undefined ? input : { id: target, ...input }] as const };
};

/** act-1, grp-1 … as the ids of records that are really there, deleted, or not there. */
const symbolicIds = async (
  device: TestDevice,
  { entity, context = {} }: Case,
): Promise<Map<string, string>> => {
  const ids = new Map([
    ['act-unknown', UNKNOWN],
    ['grp-unknown', UNKNOWN],
  ]);
  for (const name of ['grp-1', 'grp-2', 'grp-deleted'])
    ids.set(name, await created(device, 'create_activity_group', { name: `group ${name}` }));
  for (const name of ['act-1', 'act-2', 'act-3', 'act-4', 'act-5', 'act-deleted']) {
    ids.set(
      name,
      await created(device, 'create_activity', { name: `activity ${name}`, group_id: ids.get('grp-1') }),
    );
  }
  const create = async (name: string): Promise<string> =>
    entity === 'activity_group'
      ? created(device, 'create_activity_group', { name })
      : created(device, 'create_activity', { name, group_id: ids.get('grp-1') });
  if (entity === 'activity' || entity === 'activity_group') {
    for (const name of context.active_names ?? ['Running']) ids.set(name, await create(name));
    for (const name of context.deleted_names ?? []) {
      await device.run(entity === 'activity' ? 'delete_activity' : 'delete_activity_group', {
        id: await create(name),
      });
    }
  }
  await device.run('delete_activity', { id: ids.get('act-deleted') });
  await device.run('delete_activity_group', { id: ids.get('grp-deleted') });
  return ids;
};

const existing = async (
  device: TestDevice,
  { entity, context = {}, input }: Case,
  ids: Map<string, string>,
): Promise<void> => {
  if (entity === 'schedule' && Array.isArray(context.existing)) {
    for (const schedule of context.existing as readonly object[]) {
      await device.run('create_schedule', {
        time_of_day: '08:00',
        day_of_week: 1,
        day_of_month: 1,
        ...schedule,
      });
    }
  }
  if (entity === 'activity_goal' && context.existing === 'same goal') {
    await device.run('set_activity_goal', toInput(input, ids));
  }
};

const commands = {
  mood_checkin: { create: 'log_mood', update: 'update_mood_checkin' },
  activity: { create: 'create_activity', update: 'update_activity' },
  activity_group: { create: 'create_activity_group', update: 'update_activity_group' },
  activity_log: { create: 'log_activity', update: 'update_activity_log' },
  activity_goal: { create: 'set_activity_goal', update: 'update_activity_goal' },
  assessment: { create: 'submit_assessment', update: 'update_assessment_notes' },
  schedule: { create: 'create_schedule', update: 'update_schedule' },
} as const;

testThatAllAreTakenUp(
  file,
  cases.map(({ entity }) => entity),
  Object.keys(commands),
);
for (const entity of new Set(cases.map((vector) => vector.entity))) {
  testVectors(
    { file, kind: entity },
    cases.filter((vector) => vector.entity === entity),
    check,
  );
}

/** The command, and the record it is about where it is about one. */
const targetOf = async (
  device: TestDevice,
  { entity, operation, context = {}, rule, input }: Case,
  ids: Map<string, string>,
): Promise<readonly [string, string | undefined]> => {
  if (operation === 'create') return [commands[entity].create, undefined];
  const name = commands[entity].update;
  if (context.target === 'unknown') return [name, UNKNOWN];
  const isDeleted = context.target === 'deleted' || rule.includes('soft-deleted');
  const id = await targetId(device, entity, ids, {
    ownName: rule.includes('own name') ? String(input.name) : context.target,
  });
  if (isDeleted)
    await device.run(entity === 'activity_goal' ? 'delete_activity_goal' : 'delete_activity', { id });
  return [name, id];
};

const targetId = async (
  device: TestDevice,
  entity: Case['entity'],
  ids: Map<string, string>,
  { ownName }: { readonly ownName: string | undefined },
): Promise<string> => {
  const known = ids.get(ownName ?? '');
  if (known !== undefined) return known;
  switch (entity) {
    case 'activity':
      return ids.get('act-1')!;
    case 'activity_group':
      return ids.get('grp-1')!;
    case 'activity_log':
      return created(device, 'log_activity', { activity_id: ids.get('act-1') });
    case 'activity_goal':
      return created(device, 'set_activity_goal', {
        activity_id: ids.get('act-1'),
        goal_type: 'days_per_period',
        target_value: 3,
        period_days: 7,
      });
    case 'schedule':
      return created(device, 'create_schedule', {
        instrument: 'PHQ9',
        frequency: 'daily',
        time_of_day: '09:00',
      });
    default:
      return created(device, 'log_mood', { mood_rating: 4 });
  }
};

const created = async (device: TestDevice, command: string, input: object): Promise<string> =>
  ((await device.run(command, input)) as { readonly id: string }).id;

const at = async (device: TestDevice, time: string, act: () => Promise<unknown>): Promise<void> => {
  const before = device.clock.nowMs;
  device.clock.nowMs = Date.parse(time);
  await act();
  device.clock.nowMs = before;
};

const zeros = (instrument: string): readonly number[] =>
  Array.from({ length: { PHQ9: 9, GAD7: 7, CESD: 20, OASIS: 5 }[instrument] ?? 0 }, () => 0);

/** The notation of the vectors for long texts, and their symbolic ids. */
const toInput = (
  value: Readonly<Record<string, unknown>>,
  ids: ReadonlyMap<string, string>,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [key, expand(member, ids)]));

const expand = (value: unknown, ids: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return /^(?:act|grp)-/.test(value) ? ids.get(value) : value;
  if (Array.isArray(value)) return value.map((member) => expand(member, ids));
  if (typeof value !== 'object' || value === null) return value;
  if ('$repeat' in value) {
    const [text, count] = value.$repeat as [string, number];
    return text.repeat(count);
  }
  if ('$concat' in value) return (value.$concat as unknown[]).map((part) => expand(part, ids)).join('');
  return value;
};
