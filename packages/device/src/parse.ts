/** A person's words on their way in: the value they mean, or the names of the fields that can't be right. */
import { err, ok, type Result } from '@mhb/core-domain';
import type { z } from 'zod';

/** Names fields and says what each must be; never what was written. */
export interface InvalidInput {
  readonly type: 'InvalidInput';
  readonly fields: readonly string[];
  readonly problems: readonly { readonly field: string; readonly problem: string }[];
}

export const parse = <Value>(schema: z.ZodType<Value>, input: unknown): Result<Value, InvalidInput> => {
  const read = schema.safeParse(input);
  if (read.success) return ok(read.data);
  return err(invalidInput(read.error.issues.flatMap(problemsOf)));
};

export const invalidInput = (problems: InvalidInput['problems']): InvalidInput => ({
  type: 'InvalidInput',
  fields: [...new Set(problems.map(({ field }) => field))],
  problems,
});

const problemsOf = (issue: z.core.$ZodIssue): InvalidInput['problems'] => {
  if (issue.code === 'unrecognized_keys') {
    const problem =
      issue.path.length === 0 ? 'is not a field of this command' : 'is not a field that belongs there';
    return issue.keys.map((key) => ({ field: fieldAt([...issue.path, nameOf(key)]), problem }));
  }
  // A key that is not one of those expected is a person's own word, such as one of their recovery phrase.
  if (issue.code === 'invalid_key') {
    const [inside] = issue.issues;
    const problem =
      inside === undefined ? 'has a name that is not valid' : `has a name that ${problemOf(inside)}`;
    return [{ field: fieldAt(issue.path.slice(0, -1)), problem }];
  }
  return [{ field: fieldAt(issue.path), problem: problemOf(issue) }];
};

const fieldAt = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'input' : path.map(String).join('.');

// The messages of the library could say what was received; ours say what is expected.
const problemOf = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}`;
    case 'too_small':
      return `must be at least ${String(issue.minimum)}`;
    case 'custom':
      return issue.message;
    case 'invalid_union':
      return 'is none of the values to choose from';
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? 'has not the right form' : issue.message;
    default:
      return 'is not valid';
  }
};

const article = (expected: string): string =>
  expected === 'int' ? 'a whole number' : `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;

// A field that nobody knows may have been anything; a long one is cut so that an answer stays readable.
const nameOf = (key: string): string => (/^[a-z0-9_]{1,40}$/i.test(key) ? key : 'an unknown field');
