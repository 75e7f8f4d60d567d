/**
 * From when to when a list reaches: two optional moments, both inclusive, compared as instants. The page after a page
 * is asked for with the moment of its last entry as the end and the id of that entry as `before_id`.
 */
import { err, ok, parseInstant, RecordId, type Result } from '@mhb/core-domain';
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
      'The most that are answered, the newest of them. The next page: give as to_date the time of the last one, and its id as before_id.',
    ),
  before_id: RecordId.nullish().describe(
    'Of the entries at the very end of the range, only those that a list newest first tells after this one.',
  ),
};

export interface Range {
  readonly from: string;
  readonly to: string;
  /** Of what lies at `to` exactly, only lesser ids. */
  readonly beforeId: string;
  readonly limit: number;
}

/** Greater than every id and every instant. */
const BEYOND = '~';

export const WHOLE_RANGE: Omit<Range, 'limit'> = { from: '', to: BEYOND, beforeId: BEYOND };

/** Text order is time order in the stored form, so the open ends are the least and the greatest text. */
export const readRange = (input: {
  readonly from_date?: string | null | undefined;
  readonly to_date?: string | null | undefined;
  readonly limit?: number | null | undefined;
  readonly before_id?: string | null | undefined;
}): Result<Range, InvalidInput> => {
  const { to_date = null, before_id = null } = input;
  if (before_id !== null && to_date === null) {
    return err(invalidInput([{ field: 'before_id', problem: 'goes only with the moment of that entry' }]));
  }
  const bounds = { from_date: '', to_date: BEYOND };
  for (const field of ['from_date', 'to_date'] as const) {
    const text = input[field];
    if (text === null || text === undefined) continue;
    const instant = parseInstant(text);
    if (instant === undefined) {
      return err(invalidInput([{ field, problem: 'must be a date and a time with an offset or Z' }]));
    }
    bounds[field] = instant;
  }
  const { from_date: from, to_date: to } = bounds;
  return ok({ from, to, beforeId: before_id ?? BEYOND, limit: input.limit ?? LIST_MAX });
};
