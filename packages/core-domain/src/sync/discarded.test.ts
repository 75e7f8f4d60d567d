/** What the ledger keeps of a merge, case by case and as a law. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discardedBy, stampsOf } from './discarded.ts';
import { anyEnvelope, devices } from './envelope.testing.ts';
import type { Envelope, Group } from './envelope.ts';
import { ERASED, LIFE } from './groups.ts';
import { mergeEnvelopes } from './merge.ts';
import { DeviceId, stampOf } from './stamp.ts';

const [here = DeviceId.parse('0'.repeat(16)), there = here] = devices;

const envelope = (groups: Readonly<Record<string, Group>>): Envelope => ({
  v: 1,
  type: 'mood_entry',
  schema: 1,
  groups,
});
const notes = (text: string, ms: number, by = here): Group => ({ notes: text, stamp: stampOf(ms, 0, by) });

const common = envelope({ notes: notes('at first', 1) });
const ours = envelope({ notes: notes('ours', 2) });
const theirs = envelope({ notes: notes('theirs', 3, there) });

test('[M4] what both wrote since the common version is kept, whichever side it is on', () => {
  const lost = { name: 'notes', lost: ours.groups.notes, won: theirs.groups.notes };
  expect(discardedBy(ours, theirs, stampsOf(common))).toEqual([lost]);
  expect(discardedBy(theirs, ours, stampsOf(common))).toEqual([lost]);
});

test('[M4] what only one side wrote replaces the common one, which nobody misses', () => {
  expect(discardedBy(common, theirs, stampsOf(common))).toEqual([]);
  expect(discardedBy(ours, common, stampsOf(common))).toEqual([]);
  expect(discardedBy(ours, theirs, stampsOf(ours))).toEqual([]);
});

test('[M4] two writes under one stamp, as copies of a device make them, lose nothing silently', () => {
  const other = envelope({ notes: notes('written by a copy', 2) });
  expect(discardedBy(ours, other, stampsOf(ours))).toHaveLength(1);
});

test('[M4] when a record was made, and whether it is in the Trash, is no value to miss', () => {
  const made = (at: string, ms: number): Group => ({ created_at: at, stamp: stampOf(ms, 0, here) });
  const dead = (ms: number): Group => ({
    deleted_at: '2025-03-10T12:00:00.000Z',
    stamp: stampOf(ms, 0, here),
  });
  const first = envelope({ origin: made('2025-03-10T12:00:00.000Z', 1), [LIFE]: dead(1) });
  const second = envelope({ origin: made('2025-03-11T12:00:00.000Z', 2), [LIFE]: dead(2) });
  expect(discardedBy(first, second, {})).toEqual([]);
});

test('[M4] [M6] of what was erased nothing is kept', () => {
  const erased = envelope({ [ERASED]: { stamp: stampOf(1, 0, there) } });
  expect(discardedBy(ours, erased, {})).toEqual([]);
  expect(discardedBy(erased, ours, {})).toEqual([]);
});

test('[M4] every value that is not in the merge is kept, or was in the common version', () => {
  const valueOf = ({ stamp: _, created_at: __, ...fields }: Group): string => JSON.stringify(fields);
  fc.assert(
    fc.property(
      anyEnvelope('mood_entry'),
      anyEnvelope('mood_entry'),
      anyEnvelope('mood_entry'),
      (held, arrived, before) => {
        const merged = mergeEnvelopes(held, arrived);
        if (merged.groups[ERASED] !== undefined) return;
        const kept = discardedBy(held, arrived, stampsOf(before));
        for (const side of [held, arrived]) {
          for (const [name, group] of Object.entries(side.groups)) {
            const winner = merged.groups[name];
            if (name === LIFE || winner === undefined || sortedText(winner) === sortedText(group)) continue;
            const isKept = kept.some(({ lost }) => lost === group);
            const wasCommon = before.groups[name]?.stamp === group.stamp && group.stamp !== winner.stamp;
            expect(isKept || wasCommon).toBe(true);
          }
        }
        for (const { name, lost, won } of kept) {
          expect(merged.groups[name]).toBe(won);
          expect(valueOf(lost)).not.toBe(valueOf(won));
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

/** Whether two groups say the same, in whatever order their fields stand. */
const sortedText = ({ stamp: _, created_at: __, ...fields }: Group): string =>
  JSON.stringify(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));

test('[M4] deleted on one side and edited on the other is a matter of the Trash, not of the ledger', () => {
  const life = (deleted_at: string | null, ms: number): Group => ({
    deleted_at,
    stamp: stampOf(ms, 0, here),
  });
  const dead = envelope({ [LIFE]: life('2025-03-10T12:00:00.000Z', 1) });
  const restored = envelope({ [LIFE]: life(null, 2) });
  expect(discardedBy(dead, restored, {})).toEqual([]);
  expect(discardedBy(restored, dead, {})).toEqual([]);
});
