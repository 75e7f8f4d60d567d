import { moodLabels } from '@mhb/core-domain';
import { expect, test } from 'vitest';
import { moodWords } from './mood-words.ts';

test('the words of the scale are the domain’s labels, in the case of a sentence', () => {
  expect(moodWords.map((word) => word.toLowerCase())).toEqual(moodLabels.map((label) => label.toLowerCase()));
});
