/** A command can't answer what its schema does not say: the compiler holds the type, the tests hold the rest. */
import { ok } from '@mhb/core-domain';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkAnswer } from './check-answer.testing.ts';
import { command } from './command.ts';
import { failureText } from './failure-text.ts';

const input = z.strictObject({});

test('an answer of another type than the schema says does not compile', () => {
  const answer = z.strictObject({ logs: z.int(), names: z.array(z.string()).readonly() });
  const names: readonly string[] = [];
  command('Right.', { input, answer }, () => ok({ logs: 1, names }));
  // @ts-expect-error A text where the schema says a number.
  command('Wrong.', { input, answer }, () => ok({ logs: '1', names }));
  // @ts-expect-error A field is missing.
  command('Wrong.', { input, answer }, () => ok({ names }));
  // @ts-expect-error A list that may be changed is more than was promised.
  command('Wrong.', { input, answer: z.array(z.string()) }, () => ok(names));
  expect.assertions(0);
});

const status = { unlock_with: null, key_chain_available: false };

test('an answer that its schema describes is let through', () => {
  expect(() => {
    checkAnswer('get_encryption_status', { value: status });
  }).not.toThrow();
});

test.each([
  { value: { ...status, key_chain_available: 'SECRET' }, path: 'value.key_chain_available' },
  { value: { ...status, surprise: 'SECRET' }, path: 'value.surprise is unknown' },
  { value: null, path: 'value (invalid_type)' },
])('$path is told, and no value', ({ value, path }) => {
  const check = (): void => {
    checkAnswer('get_encryption_status', { value });
  };
  expect(check).toThrow(path);
  expect(check).not.toThrow('SECRET');
});

test('a refusal has a type, a sentence, and facts that are plain', () => {
  const failure = { type: 'UnansweredQuestions', count: 2, total: 9 };
  const refused = (facts: object): (() => void) => {
    const error = { ...failure, message: failureText(failure), ...facts };
    return () => {
      checkAnswer('submit_assessment', { error });
    };
  };
  expect(refused({})).not.toThrow();
  expect(refused({ message: '' })).toThrow('error.message');
  expect(refused({ type: 'not a type' })).toThrow('error.type');
  expect(refused({ details: { responses: [1, 2] } })).toThrow('error.details');
  expect(refused({ fields: 'responses' })).toThrow('error.fields');
});
