/** One filled-in questionnaire, or the draft of one. Its score is worked out in scoring.ts and never stored. */
import { z } from 'zod';
import { AssessmentId } from '../ids.ts';
import { note, storedText, TEXT_MAX } from '../text.ts';
import { Instant, LocalDate, TimeZone } from '../time.ts';
import { InstrumentCode } from './instrument-code.ts';

/** The published wording and answers. */
export const PUBLISHED_VERSION = 'published';

/** Answers to the OASIS as the original app worded them; not comparable with the published scale. */
export const LEGACY_ANCHORS_VERSION = 'legacy-anchors';

/** Stands in a draft for a question that has not been answered. */
export const UNANSWERED = -1;

export const AssessmentStatus = z
  .enum(['draft', 'completed'])
  .describe('completed: every question is answered. draft: to be gone on with later.');
export type AssessmentStatus = z.infer<typeof AssessmentStatus>;

export const Assessment = z
  .object({
    id: AssessmentId,
    instrument: InstrumentCode,
    instrument_version: z
      .string()
      .min(1)
      .max(40)
      .describe('Which wording was answered; published for every one made here.'),
    /** `UNANSWERED` only in drafts. */
    responses: z
      .array(z.int())
      .max(100)
      .readonly()
      .describe('One answer per question, in order; -1 in a draft is not answered yet.'),
    status: AssessmentStatus,
    completed_at: Instant.describe('For a draft, when it was last saved. A UTC instant with milliseconds.'),
    time_zone: TimeZone,
    local_date: LocalDate,
    legacy_total_score: z
      .int()
      .nullable()
      .describe('The total the original app had stored, kept as it was; null for entries made here.'),
    notes: storedText.nullable(),
    created_at: Instant,
  })
  .readonly();
export type Assessment = z.infer<typeof Assessment>;

export const assessmentNotes = note(TEXT_MAX.assessment_notes);
