import { describe, expect, test } from 'vitest';
import vectors from '../vectors/validation.json' with { type: 'json' };
import { goalForm } from './goals.ts';

/** The vectors name records symbolically; whether a record exists is the device's question. */
const ids: Readonly<Record<string, string>> = {
  'act-1': '018f3c2a-9b4d-7000-8000-000000000001',
  'grp-1': '018f3c2a-9b4d-7000-8000-000000000002',
};
const named = (input: object): object =>
  Object.fromEntries(
    Object.entries(input).map(([field, value]) => [
      field,
      typeof value === 'string' ? (ids[value] ?? value) : value,
    ]),
  );

const cases = vectors.cases.filter(
  ({ entity, operation, context }) =>
    entity === 'activity_goal' && operation === 'create' && context === undefined,
);

test.each(cases)('$id $rule: $expect', ({ input, expect: outcome }) => {
  expect(goalForm.safeParse(named(input)).success).toBe(outcome === 'accept');
});

describe('a refused goal', () => {
  const goal = { activity_id: ids['act-1'], goal_type: 'days_per_period', target_value: 3, period_days: 7 };
  test.each([
    { edit: { target_value: 8 }, field: 'target_value' },
    { edit: { activity_id: null }, field: 'activity_id' },
    { edit: { group_id: ids['grp-1'] }, field: 'group_id' },
    { edit: { goal_type: 'percent_improvement', target_value: 1_001 }, field: 'target_value' },
    { edit: { period_days: 366 }, field: 'period_days' },
  ])('names $field', ({ edit, field }) => {
    const read = goalForm.safeParse({ ...goal, ...edit });
    expect(read.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });
});
