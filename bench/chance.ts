/** Chance that can be repeated: the same seed gives the same numbers, and so the same words. */

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export const chanceFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const WORDS =
  'slept badly but the walk along the river helped a little today; work was loud — später ruhig, café with Ana ☕ fine'.split(
    ' ',
  );

/** Nothing for four of ten, a line for most, now and then a page. */
export const note = (chance: () => number, charactersMax: number): string | null => {
  const kind = chance();
  if (kind < 0.4) return null;
  const longest = kind < 0.85 ? 100 : kind < 0.98 ? 500 : 2_500;
  const length = Math.min(charactersMax, 10 + Math.floor(chance() * longest));
  let text = '';
  while (text.length < length) text += `${WORDS[Math.floor(chance() * WORDS.length)]!} `;
  return text.slice(0, length).trim();
};
