/** The laws of merging, over envelopes with equal stamps, unknown groups, deletions and erase certificates. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entityKinds } from '../entities.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Envelope, eraseEnvelope, isErased } from './envelope.ts';
import { anyEnvelope, anyHistory, anyStamp } from './envelope.testing.ts';
import { ERASED } from './groups.ts';
import { mergeEnvelopes } from './merge.ts';

const anyKind = fc.constantFrom(...entityKinds);
const textOf = (envelope: Envelope): string => canonicalJson({ ...envelope });

/** One way a network may deliver a history: in any order, some of it twice. */
const anyDelivery = (history: readonly Envelope[]): fc.Arbitrary<Envelope[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...history], { minLength: history.length }),
      fc.shuffledSubarray([...history]),
    )
    .map(([once, again]) => [...once, ...again]);

test('[M2] however versions arrive, every device ends with the same record', () => {
  fc.assert(
    fc.property(
      anyKind.chain(anyHistory).chain((history) => fc.tuple(anyDelivery(history), anyDelivery(history))),
      ([here, there]) => {
        expect(textOf(here.reduce(mergeEnvelopes))).toBe(textOf(there.reduce(mergeEnvelopes)));
      },
    ),
    { numRuns: 500 },
  );
});

test('[M2] merging is commutative and associative', () => {
  const three = anyKind.chain((kind) => fc.tuple(anyEnvelope(kind), anyEnvelope(kind), anyEnvelope(kind)));
  fc.assert(
    fc.property(three, ([a, b, c]) => {
      expect(textOf(mergeEnvelopes(a, b))).toBe(textOf(mergeEnvelopes(b, a)));
      expect(textOf(mergeEnvelopes(mergeEnvelopes(a, b), c))).toBe(
        textOf(mergeEnvelopes(a, mergeEnvelopes(b, c))),
      );
    }),
    { numRuns: 1_000 },
  );
});

test('[M2] merging what is already merged changes nothing', () => {
  const two = anyKind.chain((kind) => fc.tuple(anyEnvelope(kind), anyEnvelope(kind)));
  fc.assert(
    fc.property(two, ([a, b]) => {
      const merged = mergeEnvelopes(a, b);
      for (const seen of [a, b, merged]) expect(textOf(mergeEnvelopes(merged, seen))).toBe(textOf(merged));
    }),
    { numRuns: 500 },
  );
});

test('[M1] every group of a merge is the later of the two, whole', () => {
  const two = anyKind.chain((kind) => fc.tuple(anyEnvelope(kind), anyEnvelope(kind)));
  fc.assert(
    fc.property(two, ([a, b]) => {
      fc.pre(!isErased(a) && !isErased(b));
      const merged = mergeEnvelopes(a, b);
      expect(new Set(Object.keys(merged.groups))).toEqual(
        new Set([...Object.keys(a.groups), ...Object.keys(b.groups)]),
      );
      for (const [name, group] of Object.entries(merged.groups)) {
        const sides = [a.groups[name], b.groups[name]].filter((side) => side !== undefined);
        expect(sides.map(canonicalJson)).toContain(canonicalJson(group));
        for (const side of sides) expect(group.stamp >= side.stamp).toBe(true);
        const asLate = sides.filter(({ stamp }) => stamp === group.stamp).map(canonicalJson);
        expect(canonicalJson(group)).toBe(asLate.toSorted().at(-1));
      }
    }),
    { numRuns: 500 },
  );
});

test('[M6] whatever an erase certificate meets, nothing else is left', () => {
  const any = anyKind.chain((kind) => fc.tuple(anyHistory(kind), anyEnvelope(kind), anyStamp, fc.nat()));
  fc.assert(
    fc.property(any, ([history, held, stamp, place]) => {
      const certificate = eraseEnvelope(held, stamp);
      const delivered = history.toSpliced(place % (history.length + 1), 0, certificate);
      expect(Object.keys(delivered.reduce(mergeEnvelopes).groups)).toEqual([ERASED]);
    }),
    { numRuns: 300 },
  );
});
