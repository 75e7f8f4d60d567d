import { expect, test } from 'vitest';
import vectors from '../../vectors/validation.json' with { type: 'json' };
import { scheduleForm } from './schedule.ts';

const cases = vectors.cases.filter(
  ({ entity, operation, context }) =>
    entity === 'schedule' && operation === 'create' && context === undefined,
);

test.each(cases)('$id $rule: $expect', ({ input, expect: outcome }) => {
  expect(scheduleForm.safeParse(input).success).toBe(outcome === 'accept');
});

const weekly = {
  instrument: 'PHQ9',
  frequency: 'weekly',
  time_of_day: '09:00',
  day_of_week: 3,
  day_of_month: 10,
};

test('a day that the frequency does not use is stored as null', () => {
  expect(scheduleForm.parse(weekly)).toEqual({ ...weekly, day_of_month: null, enabled: true });
  expect(scheduleForm.parse({ ...weekly, frequency: 'biweekly' })).toMatchObject({
    day_of_week: 3,
    day_of_month: null,
  });
  expect(scheduleForm.parse({ ...weekly, frequency: 'monthly' })).toMatchObject({
    day_of_week: null,
    day_of_month: 10,
  });
  expect(scheduleForm.parse({ ...weekly, frequency: 'daily' })).toMatchObject({
    day_of_week: null,
    day_of_month: null,
  });
});

test('a missing day is refused by its name', () => {
  const pathsOf = (input: object): unknown =>
    scheduleForm.safeParse(input).error?.issues.map(({ path }) => path);
  expect(pathsOf({ ...weekly, day_of_week: undefined })).toEqual([['day_of_week']]);
  expect(pathsOf({ ...weekly, frequency: 'monthly', day_of_month: null })).toEqual([['day_of_month']]);
});
