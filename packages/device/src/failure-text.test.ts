/** Every refusal has its sentence, and a sentence that nobody says is not kept. */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { errorCodes } from '@mhb/core-domain/wire';
import { expect, test } from 'vitest';
import { failureText } from './failure-text.ts';

const SILENCE = failureText({ type: 'NobodySaysThis' });

/** They have no sentence of their own: `Refused` speaks by its code, the others stay inside. */
const withoutSentence = ['InvalidInput', 'Refused', 'UnknownKey', 'OlderVersion'];

const declared = new Set<string>();
for await (const file of glob('packages/{device,core-domain}/src/**/*.ts')) {
  if (file.endsWith('.test.ts') || file.includes('/sync/envelope')) continue;
  for (const [text] of readFileSync(file, 'utf8').matchAll(/readonly type: (?:'[A-Z]\w+'(?: \| )?)+/g)) {
    for (const [, type = ''] of text.matchAll(/'(\w+)'/g)) declared.add(type);
  }
}
const spoken = [...declared].filter((type) => !withoutSentence.includes(type)).toSorted();

test.each(spoken)('%s has one calm sentence', (type) => {
  const text = failureText({ type });
  expect(text).not.toBe(SILENCE);
  expect(text).toMatch(/^[A-Z?].*\.$/s);
});

test.each(Object.entries(errorCodes))(
  'the refusal %s of the service is told in its words',
  (code, { words }) => {
    expect(failureText({ type: 'Refused', code } as { type: string })).toBe(words);
  },
);

test('facts of a refusal stand in its sentence', () => {
  const failure = { type: 'UnansweredQuestions', count: 2, total: 9 };
  expect(failureText(failure)).toBe('2 of 9 questions are not answered yet.');
});

test('what is wrong with an input is told by field', () => {
  const problems = [
    { field: 'mood_rating', problem: 'must be at most 7' },
    { field: 'notes', problem: 'must be a string' },
  ];
  const failure = { type: 'InvalidInput', fields: ['mood_rating', 'notes'], problems };
  expect(failureText(failure)).toBe('mood_rating must be at most 7; notes must be a string.');
});
