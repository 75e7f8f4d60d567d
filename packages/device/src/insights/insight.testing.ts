/** What the tests of insights share: answers of commands in their shape, answers with a wanted total. */
import { type InstrumentCode, instruments } from '@mhb/core-domain';
import type { TestDevice } from '../testing.ts';

/** Asks and claims the shape; what is in it is what the tests then look at. */
export const ask = async <Answer>(
  device: Pick<TestDevice, 'run'>,
  name: string,
  input: object = {},
): Promise<Answer> => (await device.run(name, input)) as Answer;

export const created = async (
  device: Pick<TestDevice, 'run'>,
  name: string,
  input: object,
): Promise<string> => (await ask<{ readonly id: string }>(device, name, input)).id;

/** Answers to a questionnaire that add up to a total. */
export const answersFor = (instrument: InstrumentCode, total: number): readonly number[] => {
  const { question_count, answer_max, reversed_questions } = instruments[instrument];
  let left = total;
  return Array.from({ length: question_count }, (_, index) => {
    const points = Math.min(left, answer_max);
    left -= points;
    return reversed_questions.includes(index + 1) ? answer_max - points : points;
  });
};
