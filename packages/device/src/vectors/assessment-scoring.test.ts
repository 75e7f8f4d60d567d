/** Every case of assessment_scoring.json through the commands: what is filled in, charted and reported. */
import { instruments, type InstrumentCode } from '@mhb/core-domain';
import { expect, test } from 'vitest';
import { openTestDevice } from '../testing.ts';
import { readVectors, testVectors } from './vectors.testing.ts';

interface Vector {
  readonly id: string;
  readonly note?: string;
  readonly instrument: InstrumentCode;
  readonly responses: readonly number[];
}

interface Scored extends Vector {
  readonly expected_score: number;
  readonly expected_severity: string;
  readonly screen_positive: boolean;
}

const file = 'assessment_scoring';
const vectors = readVectors<{
  readonly meta: unknown;
  readonly cases: readonly Scored[];
  readonly invalid_cases: readonly (Vector & { readonly expected_error: string })[];
  readonly draft_cases: readonly (Vector & { readonly recommended: { readonly score: null } })[];
}>(file);

test('every list of cases in assessment_scoring.json is taken up', () => {
  const { meta, cases, invalid_cases, draft_cases, ...unknown } = vectors;
  expect(meta).toBeDefined();
  expect(cases.length * invalid_cases.length * draft_cases.length).toBeGreaterThan(0);
  expect(Object.keys(unknown)).toEqual([]);
});

testVectors({ file, kind: 'cases' }, vectors.cases, async (vector) => {
  const { instrument, responses, expected_score: total, expected_severity: severity } = vector;
  const device = await openTestDevice();
  const score = { total, severity, screen_positive: vector.screen_positive };
  expect(await device.run('submit_assessment', { instrument, responses })).toMatchObject({ score });
  expect(await device.run('get_weekly_report')).toMatchObject({ assessments: [{ instrument, score }] });
  const chart = await device.run('get_assessment_chart_data', { instrument, time_range: 'week' });
  expect(chart).toMatchObject({ has_enough: false, series: [{ points: [{ value: total, severity }] }] });
  const comparison = await device.run('get_comparison_chart_data', {
    instruments: [instrument],
    time_range: 'week',
  });
  const percent = expect.closeTo((total / instruments[instrument].score_max) * 100, 9) as number;
  expect(comparison).toMatchObject({ series: [{ points: [{ score: total, percent }] }] });
});

testVectors({ file, kind: 'invalid_cases' }, vectors.invalid_cases, async (vector) => {
  const { instrument, responses, expected_error } = vector;
  const device = await openTestDevice();
  // A questionnaire that nobody knows is refused with its field, like any word that makes no sense.
  const refusal = expected_error === 'InvalidType' ? 'InvalidInput' : expected_error;
  expect(await device.refusal('submit_assessment', { instrument, responses })).toBe(refusal);
  expect(await device.run('get_weekly_report')).toMatchObject({ assessments: [] });
});

testVectors({ file, kind: 'draft_cases' }, vectors.draft_cases, async (vector) => {
  const { instrument, responses, recommended } = vector;
  const device = await openTestDevice();
  const draft = { instrument, responses, status: 'draft' };
  expect(await device.run('submit_assessment', draft)).toMatchObject({ score: recommended.score });
  const chart = await device.run('get_assessment_chart_data', { instrument, time_range: 'alltime' });
  expect(chart).toMatchObject({ series: [] });
  expect(await device.run('get_weekly_report')).toMatchObject({ assessments: [] });
});
