/**
 * Words a person may write, and their limits. Lengths are Unicode code points after trimming, so an emoji counts
 * as one in every programming language. Blank text where text is optional is no text: null.
 */
import { z } from 'zod';

export const TEXT_MAX = {
  activity_name: 50,
  group_name: 100,
  group_description: 500,
  icon: 20,
  log_notes: 500,
  mood_notes: 5_000,
  assessment_notes: 10_000,
} as const;

/** The number of Unicode code points. */
export const lengthOf = (text: string): number => {
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const isLowSurrogate = (text.charCodeAt(index) & 0xfc00) === 0xdc00;
    if (!isLowSurrogate) length += 1;
  }
  return length;
};

/** A name in one line: not blank, no control characters. */
export const name = (max: number) =>
  z
    .string()
    .transform((text) => text.trim())
    .pipe(
      z
        .string()
        .refine((text) => text.length > 0, 'must not be blank')
        .refine((text) => lengthOf(text) <= max, `must have at most ${String(max)} characters`)
        .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters')
        .refine((text) => text.isWellFormed(), 'must be well-formed text'),
    )
    .describe(`One line of 1 to ${inWords(max)} characters, after trimming.`);

/** A note of several lines, or null. Tabs and line breaks are allowed, other control characters are not. */
export const note = (max: number) =>
  z
    .string()
    .nullable()
    .transform((text) => {
      const trimmed = text?.trim() ?? '';
      return trimmed === '' ? null : trimmed;
    })
    .pipe(
      z
        .string()
        .refine((text) => lengthOf(text) <= max, `must have at most ${String(max)} characters`)
        .refine((text) => !/(?![\n\r\t])\p{Cc}/u.test(text), 'must not contain control characters')
        .refine((text) => text.isWellFormed(), 'must be well-formed text')
        .nullable(),
    )
    .describe(`Text of up to ${inWords(max)} characters, after trimming; null or blank for none.`);

const inWords = (max: number): string => max.toLocaleString('en');

/** Text that has been stored: anything well-formed. What a form refuses today may have been allowed elsewhere. */
export const storedText = z.string().refine((text) => text.isWellFormed(), 'must be well-formed text');

/** How two names are compared: case and Unicode form do not make them different. */
export const sameNameKey = (text: string): string =>
  text.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
