/** The shortest story that still ends badly: steps are left out, many at a time and then fewer, while it does. */
import { type Ending, run, type Story } from './run.ts';

const TRIES_MAX = 400;

export const shrink = async (
  story: Story,
  failed: NonNullable<Ending['violation']>,
  triesMax = TRIES_MAX,
): Promise<{ readonly story: Story; readonly ending: Ending }> => {
  let kept = Array.from({ length: Math.min(failed.step + 1, story.steps) }, (_, step) => step);
  let steps = kept.length;
  let ending = await run({ ...story, steps, kept: new Set(kept) });
  if (ending.violation === undefined) {
    // The rest that ends a shorter story is another one than that within the longer one.
    steps = story.steps;
    kept = Array.from({ length: steps }, (_, step) => step);
    ending = await run(story);
  }
  let tries = 0;
  for (
    let length = Math.ceil(kept.length / 2);
    length >= 1;
    length = length === 1 ? 0 : Math.ceil(length / 2)
  ) {
    for (let start = 0; start < kept.length && tries < triesMax;) {
      const fewer = [...kept.slice(0, start), ...kept.slice(start + length)];
      tries += 1;
      const tried = await run({ ...story, steps, kept: new Set(fewer) });
      if (tried.violation?.invariant === failed.invariant) {
        kept = fewer;
        ending = tried;
      } else start += length;
    }
  }
  return { story: { ...story, steps, kept: new Set(kept) }, ending };
};
