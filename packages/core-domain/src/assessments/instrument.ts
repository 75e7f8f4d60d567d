/** What a questionnaire is: its published facts, its bands and its cut-off, each with where it comes from. */
import { z } from 'zod';
import { InstrumentCode } from './instrument-code.ts';
import { Question } from './questions.ts';

export const Severity = z.enum(['minimal', 'mild', 'moderate', 'moderately_severe', 'severe']);
export type Severity = z.infer<typeof Severity>;

/** A range of totals, both ends included. A threshold line is drawn at `score_min`. */
export const Band = z
  .strictObject({ severity: Severity, score_min: z.int().min(0), score_max: z.int().min(0) })
  .readonly();
export type Band = z.infer<typeof Band>;

/** How much a total has to move to count as a change: so many points, and at least a share of the first total. */
export const Yardstick = z
  .strictObject({
    points: z.int().min(1),
    percent: z.int().min(0).describe('In percent of the first total; 0 where only points count.'),
    source: z.string(),
  })
  .readonly();
export type Yardstick = z.infer<typeof Yardstick>;

export const Instrument = z
  .strictObject({
    instrument: InstrumentCode,
    name: z.string().describe('The published name.'),
    short_name: z.string(),
    display_name: z.string().describe('Short name and what it is about, for lists and charts.'),
    description: z.string(),
    instruction: z.string(),
    time_frame: z
      .string()
      .describe('What the answers are about, to stand in a sentence: "the last 2 weeks".'),
    questions: z.array(Question).readonly(),
    functional_question: Question.nullable().describe(
      'Shown after the others and never scored; null where the instrument has none.',
    ),
    question_count: z.int().min(1),
    answer_max: z.int().min(1).describe('The highest value of an answer; the lowest is 0.'),
    score_min: z.int().min(0),
    score_max: z.int().min(1),
    reversed_questions: z
      .array(z.int().min(1))
      .readonly()
      .describe('Questions worded the happy way round: they count answer_max minus the answer.'),
    bands: z
      .array(Band)
      .readonly()
      .describe('From the lowest total to the highest, without gaps, both ends of each included.'),
    bands_validated: z
      .boolean()
      .describe('False: the bands describe and have no published support; the cut-off is to be shown first.'),
    bands_source: z.string(),
    cut_off: z.int().min(1).describe('A screen is positive from this total on.'),
    cut_off_source: z.string(),
    yardstick: Yardstick.describe('How much a total has to move to count as a change.'),
    attribution: z.string(),
    sources: z.array(z.string()).readonly(),
  })
  .readonly();
export type Instrument = z.infer<typeof Instrument>;
