/** Holds every answer that a test gets against the schema of its command. */
import { z } from 'zod';
import { commandTable } from './command-table.ts';
import type { CommandAnswer, Device } from './device.ts';
import { Refusal } from './refusal.ts';

/** The device, whose every answer is checked. What is wrong throws and names paths, never values. */
export const withCheckedAnswers = <Some extends Device>(device: Some): Some => ({
  ...device,
  call: async (name, input) => {
    const answer = await device.call(name, input);
    checkAnswer(name, answer);
    return answer;
  },
});

export const checkAnswer = (name: string, answer: CommandAnswer): void => {
  const value = Object.hasOwn(commandTable, name) ? commandTable[name]?.answer : undefined;
  const schema =
    'error' in answer ? z.strictObject({ error: Refusal }) : z.strictObject({ value: value ?? z.never() });
  const checked = schema.safeParse(answer);
  if (checked.success) return;
  const problems = checked.error.issues.flatMap(problemsOf);
  throw new Error(`The answer of ${name} is not what its schema says: ${problems.join('; ')}`);
};

const problemsOf = (issue: z.core.$ZodIssue): readonly string[] => {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${path}.${key} is unknown`);
  // What lies inside the branches of a union tells where it went wrong.
  if (issue.code === 'invalid_union') {
    const inside = issue.errors.flatMap((branch) => branch.flatMap(problemsOf));
    return [`${path} fits no branch (${inside.join(', ')})`];
  }
  return [`${path} (${issue.code})`];
};
