import { expect, test } from 'vitest';
import { rhythmSentence } from './rhythm.ts';

const cell = (weekday: number, hour: number, mean: number, count = 10) => ({ weekday, hour, mean, count });

test('the parts of the week that are higher are named', () => {
  expect(rhythmSentence([cell(1, 9, 3), cell(2, 19, 5), cell(6, 9, 5)])).toBe(
    'Evenings and weekends tend to be higher',
  );
});

test('a small difference, or a few entries, are nothing to speak of', () => {
  const plain = 'No part of the week stands out';
  expect(rhythmSentence([cell(1, 9, 4), cell(1, 19, 4.2)])).toBe(plain);
  expect(rhythmSentence([cell(1, 9, 4, 40), cell(1, 19, 7, 3)])).toBe(plain);
  expect(rhythmSentence([])).toBe(plain);
});
