/** Which shape the merge of two versions has, where two apps wrote them. */
import { expect, test } from 'vitest';
import type { Envelope } from './envelope.ts';
import { mergeEnvelopes } from './merge.ts';

const shaped = (type: string, schema: number): Envelope => ({ v: 1, type, schema, groups: {} });

test.each([
  { why: 'the newer schema', newer: shaped('activity', 3), older: shaped('mood_entry', 2) },
  { why: 'at one schema the greater type', newer: shaped('mood_entry', 2), older: shaped('activity', 2) },
])('[M1] a merge has $why, whichever side it is on', ({ newer, older }) => {
  expect(mergeEnvelopes(newer, older)).toEqual(newer);
  expect(mergeEnvelopes(older, newer)).toEqual(newer);
});
