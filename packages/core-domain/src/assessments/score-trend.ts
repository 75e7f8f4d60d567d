/**
 * Where scores are going. Lower is better in all four questionnaires. Two rules: the plain one, and the
 * instrument's own yardstick, which is the one to show where a person's instrument is known.
 */
import { z } from 'zod';
import type { InstrumentCode } from './instrument-code.ts';
import { instruments } from './instruments.ts';

export const ScoreDirection = z.enum(['improving', 'stable', 'worsening']);
export type ScoreDirection = z.infer<typeof ScoreDirection>;

export const ScoreTrend = z
  .strictObject({
    trend: ScoreDirection.describe('The last score against the first; more than 20 % is a trend.'),
    min: z.number().nullable(),
    max: z.number().nullable(),
    average: z.number().nullable(),
    total: z.int().min(0).describe('How many scores there are.'),
  })
  .readonly();
export type ScoreTrend = z.infer<typeof ScoreTrend>;

/**
 * The last score against the first, in the order given: more than 20 % lower is improving, more than 20 % higher is
 * worsening. From 0 every rise is more than 20 %. Nulls where there are no scores.
 */
export const scoreTrend = (scores: readonly number[]): ScoreTrend => {
  const [first] = scores;
  const last = scores.at(-1);
  if (first === undefined || last === undefined) {
    return { trend: 'stable', min: null, max: null, average: null, total: 0 };
  }
  const change = last - first;
  return {
    // Whole numbers on both sides: 0.2 has no exact place in a float, and exactly 20 % must stay stable.
    trend: Math.abs(change) * 5 > first ? directionOf(change) : 'stable',
    min: Math.min(...scores),
    max: Math.max(...scores),
    average: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    total: scores.length,
  };
};

export const ScoreChange = z
  .strictObject({
    trend: ScoreDirection,
    change: z.int().describe('The last total minus the first.'),
    points_needed: z.int().describe('From how many points on a change counts here.'),
  })
  .readonly();
export type ScoreChange = z.infer<typeof ScoreChange>;

/**
 * Two totals of one instrument by its usual yardstick (instruments.ts): a change of at least that many points
 * counts. For the CES-D that is 20 % of the first total, and 3 points at the least.
 */
export const scoreChange = (instrument: InstrumentCode, first: number, last: number): ScoreChange => {
  const { points, percent } = instruments[instrument].yardstick;
  const pointsNeeded = Math.max(points, Math.ceil((first * percent) / 100));
  const change = last - first;
  return {
    trend: Math.abs(change) >= pointsNeeded ? directionOf(change) : 'stable',
    change,
    points_needed: pointsNeeded,
  };
};

/** The yardstick in words, for those who are shown its verdict. */
export const scoreChangeRule = (instrument: InstrumentCode): string => {
  const { points, percent, source } = instruments[instrument].yardstick;
  const least =
    percent > 0
      ? `${String(percent)} % of the first score of the range and at least ${String(points)} points`
      : `${String(points)} points against the first score of the range`;
  return `A change of at least ${least} counts (${source}).`;
};

const directionOf = (change: number): ScoreDirection => {
  if (change === 0) return 'stable';
  return change < 0 ? 'improving' : 'worsening';
};
