/**
 * The ranges that a chart offers: so many times 24 hours back from now, all time, or two dates. Both ends
 * are included and compared as instants.
 */
import { err, Instant, instantOf, msOf, ok, type Result } from '@mhb/core-domain';
import { z } from 'zod';
import { type Range, rangeFields, readRange } from '../date-range.ts';
import type { ClockDep } from '../deps.ts';
import { type InvalidInput, invalidInput } from '../parse.ts';

const DAY_MS = 86_400_000;

const daysByRange = { week: 7, month: 30, quarter: 90, year: 365 } as const;

export const dateFields = { from_date: rangeFields.from_date, to_date: rangeFields.to_date };

/** A month where nothing is said; dates alone mean what they mean in `get_mood_history`; "custom" needs both. */
export const timeRangeFields = {
  time_range: z
    .enum(['week', 'month', 'quarter', 'year', 'alltime', 'custom'])
    .nullish()
    .describe(
      '7, 30, 90 or 365 times 24 hours back from now; alltime; custom with from_date and to_date. A month where nothing is given.',
    ),
  ...dateFields,
};

type TimeRangeInput = z.output<z.ZodObject<typeof timeRangeFields>>;

/** From when to when, both inclusive; open ends are beyond every instant. */
export type Bounds = Pick<Range, 'from' | 'to'>;

export interface TimeRange extends Bounds {
  /** How many times 24 hours fit in; null where an end is open, which gives no length. */
  readonly wholeDays: number | null;
}

export const readTimeRange = (
  { clock }: ClockDep,
  { time_range, ...dates }: TimeRangeInput,
): Result<TimeRange, InvalidInput> => {
  const given = givenDates(dates);
  if (time_range === 'custom' || ((time_range ?? null) === null && given.length > 0)) {
    return readDates(dates, { needsBoth: time_range === 'custom' });
  }
  // Answering for the month would look as if the dates had been heard.
  if (given.length > 0) return refuse(given, 'goes only with the time range custom');
  // Imported and synced check-ins may lie in the future; all time is truly all.
  if (time_range === 'alltime') return readDates(dates, { needsBoth: false });
  const wholeDays = daysByRange[time_range ?? 'month'];
  const now = clock.nowMs();
  return ok({ from: instantOf(now - wholeDays * DAY_MS), to: instantOf(now), wholeDays });
};

/** As an answer tells them. */
export const ShownBounds = z
  .strictObject({
    from: Instant.nullable().describe('From when on, included; null where that end is open.'),
    to: Instant.nullable().describe('Until when, included; null where that end is open.'),
  })
  .readonly();
type ShownBounds = z.infer<typeof ShownBounds>;

export const shownBounds = ({ from, to }: Bounds): ShownBounds => ({
  from: Instant.safeParse(from).data ?? null,
  to: Instant.safeParse(to).data ?? null,
});

type Dates = Omit<TimeRangeInput, 'time_range'>;
type DateField = keyof typeof dateFields;
const dateFieldNames = ['from_date', 'to_date'] as const satisfies readonly DateField[];

const readDates = (
  dates: Dates,
  { needsBoth }: { readonly needsBoth: boolean },
): Result<TimeRange, InvalidInput> => {
  const given = givenDates(dates);
  const missing = dateFieldNames.filter((field) => !given.includes(field));
  if (needsBoth && missing.length > 0) return refuse(missing, 'must be given for the time range custom');
  const range = readRange(dates);
  if (!range.ok) return range;
  const { from, to } = range.value;
  if (missing.length > 0) return ok({ from, to, wholeDays: null });
  const lengthMs = msOf(Instant.parse(to)) - msOf(Instant.parse(from));
  return ok({ from, to, wholeDays: Math.max(0, Math.floor(lengthMs / DAY_MS)) });
};

const givenDates = (dates: Dates): readonly DateField[] =>
  dateFieldNames.filter((field) => (dates[field] ?? null) !== null);

const refuse = (fields: readonly DateField[], problem: string): Result<never, InvalidInput> =>
  err(invalidInput(fields.map((field) => ({ field, problem }))));
