/** What a check is: one thing that a rule of SYNC.md promises, looked at from outside of a service. */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Answer } from './service-client.ts';
import type { Visit } from './visit.ts';

export interface Check {
  /** Of SYNC.md. */
  readonly rule: string;
  /** What has to be so, as a sentence. */
  readonly promise: string;
  /** Rejects with `Broken` where it is not so. `Skipped` says why it was not looked at. */
  readonly run: (visit: Visit) => Promise<unknown>;
}

export class Skipped {
  readonly words: string;
  constructor(words: string) {
    this.words = words;
  }
}

/** The promise is not kept. The words quote nothing that was sent or answered. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export function hold(condition: boolean, words: string): asserts condition {
  if (!condition) throw new Broken(words);
}

export const holdEqual = (actual: unknown, expected: unknown, words: string): void => {
  hold(isDeepStrictEqual(actual, expected), words);
};

/** The document of an answer that has to be a success. */
export const read = <Schema extends z.ZodType>(
  schema: Schema,
  answer: Answer,
  what: string,
): z.infer<Schema> => {
  hold(answer.status === 200, `${what} was answered with ${String(answer.status)}${codeOf(answer)}`);
  const parsed = schema.safeParse(answer.body);
  hold(parsed.success, `${what} was answered with a document of another shape`);
  return parsed.data;
};

/** The answer has to be this refusal. */
export const holdRefused = (answer: Answer, status: number, code: string, what: string): void => {
  const isIt = answer.status === status && answer.code === code;
  hold(
    isIt,
    `${what} was answered with ${String(answer.status)}${codeOf(answer)} and not with ${String(status)} ${code}`,
  );
};

const codeOf = ({ code }: Answer): string => (code === undefined ? '' : ` ${code}`);
