/** When something happened, as a person may give it: nothing for now, or a moment that is not in the future. */
import {
  err,
  type Instant,
  instantOf,
  type Moment,
  momentOf,
  msOf,
  ok,
  parseInstant,
  type Result,
} from '@mhb/core-domain';
import { z } from 'zod';
import type { ClockDep, TimeZoneDep } from './deps.ts';
import { type InvalidInput, invalidInput } from './parse.ts';

/** How far back a mood or a questionnaire may be entered, in hours. */
export const BACKDATE_HOURS_MAX = 24;

/** How a moment is written, for the descriptions of fields. */
export const MOMENT_FORM = 'a date and a time with an offset or Z, such as 2025-03-10T12:00:00+01:00';

/** When something was, as far back as one likes. */
export const momentField = z
  .string()
  .max(64)
  .nullish()
  .describe(`When it was: ${MOMENT_FORM}. Now where nothing is given; never in the future.`);

/** When something was, not long ago. */
export const recentMomentField = momentField.describe(
  `When it was, up to ${String(BACKDATE_HOURS_MAX)} hours ago: ${MOMENT_FORM}. Now where nothing is given.`,
);

/** Another moment for what is there already. */
export const editedMomentField = z
  .string()
  .max(64)
  .optional()
  .describe(`When it was: ${MOMENT_FORM}. Never in the future.`);

export const currentTimeField = z
  .string()
  .max(64)
  .nullish()
  .describe(`When the last period ends: ${MOMENT_FORM}. Now where nothing is given.`);

export interface NotNow {
  readonly type: 'InTheFuture' | 'TooLongAgo';
  readonly fields: readonly string[];
}

export const readMoment = (
  { clock, timeZone }: ClockDep & TimeZoneDep,
  input: {
    readonly field: string;
    readonly text: string | null | undefined;
    readonly backdateHoursMax: number | null;
  },
): Result<Moment, InvalidInput | NotNow> => {
  const now = instantOf(clock.nowMs());
  if (input.text === null || input.text === undefined) return ok(momentOf(now, timeZone()));
  const at: Instant | undefined = parseInstant(input.text);
  if (at === undefined) {
    const problem = 'must be a date and a time with an offset, such as 2025-03-10T12:00:00+01:00';
    return err(invalidInput([{ field: input.field, problem }]));
  }
  if (at > now) return err({ type: 'InTheFuture', fields: [input.field] });
  const backMs = msOf(now) - msOf(at);
  if (input.backdateHoursMax !== null && backMs > input.backdateHoursMax * 3_600_000) {
    return err({ type: 'TooLongAgo', fields: [input.field] });
  }
  return ok(momentOf(at, timeZone()));
};

/** A moment that only says where something begins or ends, so it may lie anywhere. */
export const readInstant = (field: string, text: string): Result<Instant, InvalidInput> => {
  const at = parseInstant(text);
  if (at !== undefined) return ok(at);
  return err(invalidInput([{ field, problem: 'must be a date and a time with an offset or Z' }]));
};

/** The `current_time` of a query: the moment its periods end, or now. */
export const readCurrentTime = (
  { clock }: ClockDep,
  text: string | null | undefined,
): Result<Instant, InvalidInput> =>
  text === null || text === undefined ? ok(instantOf(clock.nowMs())) : readInstant('current_time', text);

/** Whether a person gives the moment that stands already, in whatever notation; then its zone and day stay too. */
export const isMoment = (text: string, at: Instant): boolean => parseInstant(text) === at;
