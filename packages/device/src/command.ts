/** One entry of the command table: what it is for, what it takes, what it answers, what it does. */
import type { Result } from '@mhb/core-domain';
import type { z } from 'zod';
import type { DeviceDeps } from './deps.ts';
import type { Failure } from './failure-text.ts';
import { parse } from './parse.ts';

type Outcome<Answer> = Result<Answer, Failure>;

export interface Command<Given = unknown, Answer = unknown> {
  /** One sentence for a person. */
  readonly description: string;
  /** `Given` is what a caller writes; what the command reads may be parsed further. */
  readonly input: z.ZodType<unknown, Given>;
  /** Of the value; refusals of all commands share one schema (refusal.ts). */
  readonly answer: z.ZodType<Answer>;
  /** Checks the input and does it. Refuses with `InvalidInput` before anything is touched. */
  readonly run: (deps: DeviceDeps, input: unknown) => Outcome<unknown> | Promise<Outcome<unknown>>;
}

/** What is answered has the schema's type and is not checked again, except in every test (check-answer.testing.ts). */
export const command = <Input, Given, Answer>(
  description: string,
  { input, answer }: { readonly input: z.ZodType<Input, Given>; readonly answer: z.ZodType<Answer> },
  act: (deps: DeviceDeps, input: Input) => Outcome<NoInfer<Answer>> | Promise<Outcome<NoInfer<Answer>>>,
): Command<Given, Answer> => ({
  description,
  input,
  answer,
  run: (deps, given) => {
    const words = parse(input, given);
    return words.ok ? act(deps, words.value) : words;
  },
});
