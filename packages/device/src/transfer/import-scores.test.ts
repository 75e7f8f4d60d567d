/** Questionnaires of the original app: the answers count, and totals are worked out anew. */
import { expect, test } from 'vitest';
import { inFile } from '../testing.ts';
import { copyOfFixture, FIXTURE, openImportDevice } from './original-app.testing.ts';

interface Stored {
  readonly code: string;
  readonly answers: readonly number[];
  readonly total: number;
  readonly at: string;
  readonly status: string;
}

const looked = copyOfFixture();
const stored = inFile(
  looked,
  `select code, responses, total_score, replace(completed_at, ' ', 'T') || '.000Z' as at, status
   from assessment_responses r join assessment_types t on t.id = r.assessment_type_id`,
).map(({ code, responses, total_score, at, status }): Stored => ({
  code: String(code),
  answers: JSON.parse(String(responses)) as number[],
  total: Number(total_score),
  at: String(at),
  status: String(status),
}));
const completed = (code: string): readonly Stored[] =>
  stored.filter((one) => one.code === code && one.status === 'completed');
const sum = (answers: readonly number[]): number => answers.reduce((total, answer) => total + answer, 0);

/** Radloff 1977, written down once more: items 4, 8, 12 and 16 count 3 minus the answer. */
const radloff = (answers: readonly number[]): number => {
  const positive = [answers[3]!, answers[7]!, answers[11]!, answers[15]!];
  return sum(answers) - sum(positive) + 3 * 4 - sum(positive);
};

interface Scored {
  readonly completed_at: string;
  readonly legacy_total_score: number;
  readonly instrument_version: string;
  readonly responses: readonly number[];
  readonly score: { readonly total: number; readonly comparable: boolean };
}

const device = await openImportDevice();
const report = await device.importFile(FIXTURE);
const historyOf = async (instrument: string): Promise<readonly Scored[]> =>
  (await device.run('get_assessment_history', { instrument })) as readonly Scored[];

test('a CES-D is scored from its answers with the four reversed items, and the old total is kept', async () => {
  const history = await historyOf('CESD');
  expect(
    history.map(({ completed_at, score, legacy_total_score }) => [
      completed_at,
      score.total,
      legacy_total_score,
    ]),
  ).toEqual(
    completed('CESD')
      .map(({ at, answers, total }) => [at, radloff(answers), total])
      .toSorted()
      .toReversed(),
  );
  const differing = completed('CESD').filter(({ answers, total }) => radloff(answers) !== total);
  expect(differing).not.toEqual([]);
  expect(report.cesd_rescored).toBe(differing.length);
});

test.each(['PHQ9', 'GAD7'])('the total of a %s is the one that the original app had', async (code) => {
  const history = await historyOf(code);
  expect(history).toHaveLength(completed(code).length);
  for (const { score, legacy_total_score, responses, instrument_version } of history) {
    expect([score.total, legacy_total_score]).toEqual([sum(responses), sum(responses)]);
    expect([score.comparable, instrument_version]).toEqual([true, 'published']);
  }
});

test('an OASIS is kept as answered to other words, and is not compared with published scores', async () => {
  const history = await historyOf('OASIS');
  expect(history).toHaveLength(completed('OASIS').length);
  expect(report.oasis_legacy).toBe(history.length);
  for (const { score, instrument_version } of history) {
    expect([score.comparable, instrument_version]).toEqual([false, 'legacy-anchors']);
  }
});

test('two questionnaires of one day both come along', async () => {
  const days = completed('PHQ9').map(({ at }) => at.slice(0, 10));
  expect(new Set(days).size).toBeLessThan(days.length);
  expect(await historyOf('PHQ9')).toHaveLength(days.length);
});

test('drafts stay drafts, with their gaps', async () => {
  const drafts = (await device.run('get_draft_assessments')) as readonly Scored[];
  expect(drafts.map(({ completed_at, responses }) => [completed_at, responses]).toSorted()).toEqual(
    stored
      .filter(({ status }) => status === 'draft')
      .map(({ at, answers }) => [at, answers])
      .toSorted(),
  );
  expect(drafts.some(({ responses }) => responses.includes(-1))).toBe(true);
});
