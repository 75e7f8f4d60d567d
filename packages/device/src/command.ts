/** One entry of the command table: what it is for, what it takes, what it does. */
import type { Result } from '@mhb/core-domain';
import type { z } from 'zod';
import type { DeviceDeps } from './deps.ts';
import type { Failure } from './failure-text.ts';
import { parse } from './parse.ts';

type Answer = Result<unknown, Failure>;

export interface Command {
  /** One sentence for a person. */
  readonly description: string;
  readonly input: z.ZodType;
  /** Checks the input and does it. Refuses with `InvalidInput` before anything is touched. */
  readonly run: (deps: DeviceDeps, input: unknown) => Answer | Promise<Answer>;
}

export const command = <Input>(
  description: string,
  input: z.ZodType<Input>,
  act: (deps: DeviceDeps, input: Input) => Answer | Promise<Answer>,
): Command => ({
  description,
  input,
  run: (deps, given) => {
    const words = parse(input, given);
    return words.ok ? act(deps, words.value) : words;
  },
});
