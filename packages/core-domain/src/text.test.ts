/** Lengths and names as a person counts and compares them. */
import { expect, test } from 'vitest';
import { lengthOf, name, note, sameNameKey, storedText } from './text.ts';

const tenName = name(10);
const tenNote = note(10);

test('a length is counted in code points', () => {
  expect(lengthOf('😀😀')).toBe(2);
  expect(lengthOf('a\u0308')).toBe(2);
  expect(tenName.safeParse('😀'.repeat(10)).success).toBe(true);
  expect(tenName.safeParse('😀'.repeat(11)).success).toBe(false);
});

test('the space around a text is not part of it', () => {
  expect(tenName.parse('  ten chars \n')).toBe('ten chars');
  expect(tenNote.parse(`   ${'x'.repeat(10)}   `)).toBe('x'.repeat(10));
});

test('a blank note is no note, and a blank name is refused', () => {
  expect(tenNote.parse(' \n\t ')).toBeNull();
  expect(tenNote.parse(null)).toBeNull();
  expect(tenName.safeParse(' \u00a0 ').success).toBe(false);
});

test('a note has lines and tabs; a name has none, and neither has other control characters', () => {
  expect(tenNote.parse('a\n\tb')).toBe('a\n\tb');
  expect(tenName.safeParse('a\nb').success).toBe(false);
  for (const control of ['\u0000', '\u001b', '\u007f', '\u0085']) {
    expect(tenNote.safeParse(`a${control}b`).success).toBe(false);
    expect(tenName.safeParse(`a${control}b`).success).toBe(false);
  }
});

test('half a surrogate pair is not text: it could not be written out again', () => {
  expect(storedText.safeParse('\ud83d').success).toBe(false);
  expect(tenNote.safeParse('a\ude00').success).toBe(false);
});

test.each([
  ['Walk', 'walk '],
  ['Straße', 'STRASSE'.replace('SS', 'ß')],
  ['Cafe\u0301', 'Café'],
  ['ﬁtness', 'fitness'],
])('%j and %j are the same name', (a, b) => {
  expect(sameNameKey(a)).toBe(sameNameKey(b));
});

test('other names stay apart', () => {
  expect(sameNameKey('Walk')).not.toBe(sameNameKey('Walks'));
  expect(sameNameKey('résumé')).not.toBe(sameNameKey('resume'));
});
