/** Whether or not every value of a body is looked at once more, the same bodies are taken and read the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonBody, refuseHidden } from './json-body.ts';

/** Pieces that hide something, and what stands around them. */
const piece = fc.constantFrom(
  ...['"', '\\', '\\ud800', '\\udc00', '\\u0061', '-', '-0', '-0.0', '-0e1', '-1', '0', '{', '}', '[', ']'],
  ...[':', ',', '"a"', 'a', ' ', '1e-9', '-1e-999', '😀', 'null'],
);
const nearJson = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const listOf = (values: readonly string[]): string => `[${values.join(',')}]`;
const scalars = fc
  .array(
    fc.oneof(
      fc.constantFrom('-0', '-0.0', '-1e-999', '"\\ud800"', '"\\udc00\\ud800"', '"-0"', '"\\\\"', '1e-5'),
      fc.json({ depthSize: 'small' }),
    ),
  )
  .map(listOf);

/** What is taken and read, or that it is refused. */
const outcomeOf = (read: () => unknown): unknown => {
  try {
    return { read: read() };
  } catch {
    return 'refused';
  }
};

test('[D10] what is looked at once more, and what need not be, ends the same', () => {
  fc.assert(
    fc.property(fc.oneof(nearJson, scalars), (body) => {
      const taken = outcomeOf(() => parseJsonBody(Buffer.from(body)));
      const looked = outcomeOf(() => JSON.parse(body, refuseHidden));
      // Depth, names and size are refused before either.
      if (taken !== 'refused') expect(looked).toEqual(taken);
      if (looked === 'refused') expect(taken).toBe('refused');
    }),
    { numRuns: 5_000 },
  );
});
