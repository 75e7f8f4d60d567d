/** From when to when a list reaches: two optional moments, both inclusive, compared as instants. */
import { err, ok, parseInstant, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { MOMENT_FORM } from './moment-input.ts';
import { type InvalidInput, invalidInput } from './parse.ts';

/** The most that one list answers; a longer history is asked for in ranges. */
export const LIST_MAX = 100_000;

export const rangeFields = {
  from_date: z
    .string()
    .max(64)
    .nullish()
    .describe(`From when on, included: ${MOMENT_FORM}. From the beginning where nothing is given.`),
  to_date: z
    .string()
    .max(64)
    .nullish()
    .describe(`Until when, included: ${MOMENT_FORM}. To the end where nothing is given.`),
  limit: z
    .int()
    .min(1)
    .max(LIST_MAX)
    .nullish()
    .describe(
      'The most that are answered, the newest of them. The next page: give as to_date the time of the last one, which comes again.',
    ),
};

export interface Range {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
}

/** Text order is time order in the stored form, so the open ends are the least and the greatest text. */
export const readRange = (input: {
  readonly from_date?: string | null | undefined;
  readonly to_date?: string | null | undefined;
  readonly limit?: number | null | undefined;
}): Result<Range, InvalidInput> => {
  const bounds = { from_date: '', to_date: '~' };
  for (const field of ['from_date', 'to_date'] as const) {
    const text = input[field];
    if (text === null || text === undefined) continue;
    const instant = parseInstant(text);
    if (instant === undefined) {
      return err(invalidInput([{ field, problem: 'must be a date and a time with an offset or Z' }]));
    }
    bounds[field] = instant;
  }
  return ok({ from: bounds.from_date, to: bounds.to_date, limit: input.limit ?? LIST_MAX });
};
