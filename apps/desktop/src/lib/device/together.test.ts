import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Together } from './together.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Answers of questions whose end the test decides, in the order in which they are given back. */
const askAll = (together: Together, names: readonly string[]) => {
  const given: string[] = [];
  const answers = new Map(names.map((name) => [name, Promise.withResolvers<string>()]));
  for (const [name, { promise }] of answers)
    void together
      .ask(() => promise)
      .then(
        (text) => given.push(text),
        () => given.push(`${name} failed`),
      );
  return {
    given,
    answer: async (name: string): Promise<void> => {
      answers.get(name)?.resolve(name);
      await vi.advanceTimersByTimeAsync(0);
    },
    fail: async (name: string): Promise<void> => {
      answers.get(name)?.reject(new Error(name));
      await vi.advanceTimersByTimeAsync(0);
    },
  };
};

test('answers are given once all are there', async () => {
  const { given, answer } = askAll(new Together(), ['a', 'b', 'c']);
  await answer('b');
  await answer('a');
  expect(given).toEqual([]);
  await answer('c');
  expect(given.toSorted()).toEqual(['a', 'b', 'c']);
});

test('a slow one holds up the others for a moment, and comes when it comes', async () => {
  const { given, answer } = askAll(new Together(), ['quick', 'slow']);
  await answer('quick');
  await vi.advanceTimersByTimeAsync(59);
  expect(given).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(given).toEqual(['quick']);
  await answer('slow');
  expect(given).toEqual(['quick', 'slow']);
});

test('a failure is given like an answer, and what is asked afterwards is another burst', async () => {
  const together = new Together();
  const first = askAll(together, ['a', 'b']);
  await first.fail('a');
  await first.answer('b');
  expect(first.given.toSorted()).toEqual(['a failed', 'b']);
  const second = askAll(together, ['c', 'd']);
  await second.answer('c');
  expect(second.given).toEqual([]);
  await second.answer('d');
  expect(second.given).toEqual(['c', 'd']);
});
