/** Before sync starts a person gives two words of the phrase back, which shows that it was written down (rule E5). */
import type { RandomBytes } from './randomness.ts';
import { RECOVERY_WORDS, type RecoveryPhrase, wordsOf } from './recovery.ts';

/** Which two words to ask for: 1 for the first, the smaller first. */
export type ConfirmPositions = readonly [number, number];

const pairs: readonly ConfirmPositions[] = Array.from(
  { length: RECOVERY_WORDS },
  (_, index) => index + 1,
).flatMap((second) =>
  Array.from({ length: second - 1 }, (_, index): ConfirmPositions => [index + 1, second]),
);

export const confirmPositions = (randomBytes: RandomBytes): ConfirmPositions => {
  const drawn = Buffer.from(randomBytes(4)).readUInt32BE(0);
  return pairs[drawn % pairs.length] ?? [1, 2];
};

/** Whether these are the words at the two positions. Case and white space around them do not matter. */
export const confirmWords = ({
  phrase,
  positions,
  words,
}: {
  readonly phrase: RecoveryPhrase;
  readonly positions: ConfirmPositions;
  readonly words: readonly [string, string];
}): boolean => {
  const inPhrase = wordsOf(phrase);
  return positions.every((position, index) => {
    const given = wordsOf(words[index] ?? '');
    return given.length === 1 && given[0] === inPhrase[position - 1];
  });
};
