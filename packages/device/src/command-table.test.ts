/** The whole table: what is in it, that it can say how it is called, and that it takes nothing it does not know. */
import { expect, test } from 'vitest';
import { commandTable } from './command-table.ts';
import { type DescribedCommand, describeCommands, type JsonSchema } from './describe-commands.ts';
import { openTestDevice } from './testing.ts';

/** The commands of the original app, without its greeting and the deletion of a questionnaire nobody can make. */
const original = [
  'submit_assessment',
  'delete_assessment',
  'get_assessment_types',
  'get_assessment_questions',
  'get_assessment_history',
  'get_assessment_response',
  'get_latest_assessment',
  'get_draft_assessments',
  'log_mood',
  'create_activity',
  'update_activity',
  'delete_activity',
  'delete_mood_checkin',
  'get_mood_history',
  'get_mood_checkin',
  'get_mood_stats',
  'get_activities',
  'get_assessment_chart_data',
  'get_mood_chart_data',
  'create_schedule',
  'update_schedule',
  'delete_schedule',
  'get_schedules',
  'get_schedule',
  'create_activity_group',
  'update_activity_group',
  'delete_activity_group',
  'get_activity_groups',
  'log_activity',
  'update_activity_log',
  'get_activity_logs',
  'set_activity_goal',
  'update_activity_goal',
  'delete_activity_goal',
  'get_activity_goals',
  'get_activity_frequency',
  'get_activity_trend',
  'check_goal_progress',
];

/** What the original app had specified and not built, and what was missing in it. */
const added = [
  'update_mood_checkin',
  'update_assessment_notes',
  'delete_activity_log',
  'get_duplicate_activities',
  'merge_activities',
  'get_due_assessments',
  'mark_reminder_shown',
  'get_preferences',
  'set_preference',
  'list_trash',
  'restore',
  'erase',
  'delete_all_data',
  'get_comparison_chart_data',
  'get_goals_with_progress',
  'get_weekly_report',
  'export_csv',
  'export_json',
  'vacuum',
  'import_original',
  'import_json',
  'import_daylio',
  'back_up_now',
  'list_backups',
  'restore_backup',
  'enable_sync',
  'confirm_recovery_phrase',
  'replace_recovery_phrase',
  'change_keys',
  'disable_sync',
  'sync_now',
  'get_sync_status',
  'list_merge_ledger',
  'restore_merged',
  'list_held_deletions',
  'apply_held_deletions',
  'keep_held_deletions',
  'create_pairing_link',
  'list_devices',
  'rename_device',
  'revoke_device',
];

const described = describeCommands();
const describedBy = (name: string): DescribedCommand => described.find((one) => one.name === name)!;
const names = described.map(({ name }) => name);

test.each([...original, ...added])('%s is in the table', (name) => {
  expect(names).toContain(name);
});

test('the original app had 40 commands, and two of them have no place here', () => {
  expect(original).toHaveLength(40 - 2);
});

/** What a person would look for, under the argument names of the original app. */
test.each([
  ['update_activity', 'group_id'],
  ['update_activity', 'color'],
  ['update_activity', 'icon'],
  ['update_activity_group', 'description'],
  ['get_activities', 'include_deleted'],
  ['get_assessment_history', 'from_date'],
  ['get_assessment_history', 'limit'],
  ['get_mood_history', 'to_date'],
  ['get_mood_chart_data', 'time_range'],
  ['get_mood_chart_data', 'group_by_activity'],
  ['get_schedules', 'enabled_only'],
  ['get_activity_logs', 'start_date'],
  ['get_activity_frequency', 'end_date'],
  ['get_activity_trend', 'period_days'],
  ['get_activity_trend', 'current_time'],
  ['check_goal_progress', 'current_time'],
  ['submit_assessment', 'status'],
])('%s takes %s', (name, field) => {
  expect(propertiesOf(describedBy(name).input)).toHaveProperty(field);
});

test.each(['color', 'icon'])('%s of an activity can be cleared', (field) => {
  expect(JSON.stringify(propertiesOf(describedBy('update_activity').input)[field])).toContain('"null"');
});

test('every reminder is answered with the time it comes next', () => {
  expect(JSON.stringify(describedBy('get_schedules').answer)).toContain('"next_occurrence"');
});

test.each(described)('$name says what it is for, and what each field of its input means', (one) => {
  expect(one.description).toMatch(/^[A-Z].{8,}\.$/);
  for (const [field, schema] of Object.entries(propertiesOf(one.input))) {
    expect(descriptionOf(schema), field).toMatch(/^[A-Z#0-9].{6,}\.$|^[a-z_]+: .+\.$/s);
  }
});

test.each(described)('$name has no object in its input or answer that takes unknown fields', (one) => {
  for (const side of [one.input, one.answer]) {
    for (const object of objectsIn(side)) {
      expect(object.additionalProperties === false || object.propertyNames !== undefined).toBe(true);
    }
  }
});

test.each(names)('%s refuses a field that it does not know, by name', async (name) => {
  const device = await openTestDevice();
  const before = device.exportJson();
  const answer = await device.call(name, { surprise: 1 });
  expect(answer).toMatchObject({ error: { type: 'InvalidInput' } });
  expect('error' in answer && answer.error.fields).toContain('surprise');
  expect('error' in answer && answer.error.message).toContain('surprise is not a field of this command');
  expect(device.exportJson()).toBe(before);
  device.close();
});

test('a field that is unknown inside a list is named with its place', async () => {
  const device = await openTestDevice();
  const moods = [{ mood: 'fine', mood_rating: 5, surprise: 1 }];
  expect(await device.call('import_daylio', { file: 'x.csv', moods })).toMatchObject({
    error: { fields: ['moods.0.surprise'] },
  });
});

test.each([
  [{}, ['url', 'api_key']],
  [{ url: 'https://sync.example.org' }, ['api_key']],
  [{ pairing_link: 'x', url: 'https://sync.example.org' }, ['url']],
  [{ pairing_link: 'x', api_key: 'x', recovery_phrase: 'x' }, ['api_key', 'recovery_phrase']],
])(
  '[O10] sync is turned on with a link alone, or with address and key: %j is not either',
  async (input, fields) => {
    const device = await openTestDevice();
    expect(await device.call('enable_sync', input)).toMatchObject({
      error: { type: 'InvalidInput', fields },
    });
  },
);

test('a word of the recovery phrase in the wrong place is not repeated', async () => {
  const device = await openTestDevice();
  const answer = await device.call('confirm_recovery_phrase', { words: { abandon: 'zoo' } });
  expect(answer).toMatchObject({ error: { type: 'InvalidInput', fields: ['words'] } });
  expect(JSON.stringify(answer)).not.toMatch(/abandon|zoo/);
});

test.each([5, 'text', null, [1], true])('input that is %j and no object is refused', async (input) => {
  const device = await openTestDevice();
  expect(await device.call('log_mood', input)).toMatchObject({
    error: { type: 'InvalidInput', fields: ['input'], message: 'input must be an object.' },
  });
});

test('every command has a schema of its own for what it answers', () => {
  for (const { answer } of Object.values(commandTable))
    expect(answer.safeParse(Symbol()).success).toBe(false);
});

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

const propertiesOf = ({ properties }: JsonSchema): Readonly<Record<string, unknown>> =>
  isSchema(properties) ? properties : {};

/** Of the field, or of what it may be besides null. */
const descriptionOf = (schema: unknown): string => {
  if (!isSchema(schema)) return '';
  if (typeof schema.description === 'string') return schema.description;
  return Array.isArray(schema.anyOf) ? schema.anyOf.map(descriptionOf).join('') : '';
};

const objectsIn = (schema: unknown): readonly JsonSchema[] => {
  if (!isSchema(schema)) return [];
  const inside = Object.values(schema).flatMap(objectsIn);
  return schema.type === 'object' ? [schema, ...inside] : inside;
};
