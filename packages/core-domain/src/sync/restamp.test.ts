/** How stamps of a wrong clock are put right, case by case. */
import { expect, test } from 'vitest';
import { devices } from './envelope.testing.ts';
import type { Envelope } from './envelope.ts';
import { CLOCK_TOLERANCE_MS, type Clocks, isAhead, mayBeAhead, restamp } from './restamp.ts';
import { DeviceId, FIRST_STAMP, type Stamp, stampMs, stampOf } from './stamp.ts';

const [here = DeviceId.parse('0'.repeat(16)), there = here] = devices;
const NOON = Date.parse('2025-03-10T12:00:00Z');
const YEAR_MS = 365 * 86_400_000;
const HOUR_MS = 3_600_000;

/** A device whose clock was a year ahead and was put right since, so nobody knows when it wrote what. */
const putRightSince: Clocks = {
  device: here,
  serviceMs: NOON,
  deviceMs: NOON,
  rightUntilMs: 0,
  after: () => FIRST_STAMP,
};

const record = (groups: Readonly<Record<string, Stamp>>): Envelope => ({
  v: 1,
  type: 'mood_entry',
  schema: 1,
  groups: Object.fromEntries(Object.entries(groups).map(([name, stamp]) => [name, { stamp, value: name }])),
});

const stampsAfter = (
  unsent: readonly { readonly envelope: Envelope; readonly sent?: readonly Record<string, Stamp>[] }[],
  clocks: Partial<Clocks> = {},
): readonly Readonly<Record<string, Stamp>>[] =>
  restamp(
    unsent.map(({ envelope, sent = [] }) => ({ envelope, sent })),
    { ...putRightSince, ...clocks },
  ).map(({ groups }) => Object.fromEntries(Object.entries(groups).map(([name, { stamp }]) => [name, stamp])));

const ahead = stampOf(NOON + YEAR_MS, 0, here);

test('[S3] five minutes are what the clocks of honest computers differ by', () => {
  expect(CLOCK_TOLERANCE_MS).toBe(300_000);
  expect(isAhead(stampOf(NOON + 300_000, 0, here), NOON)).toBe(false);
  expect(isAhead(stampOf(NOON + 300_001, 0, here), NOON)).toBe(true);
  const right = { serviceMs: NOON, deviceMs: NOON + 300_000 };
  expect(mayBeAhead(stampOf(NOON, 0, here), right)).toBe(false);
  expect(mayBeAhead(ahead, right)).toBe(true);
  expect(mayBeAhead(stampOf(NOON, 0, here), { ...right, deviceMs: NOON + 300_001 })).toBe(true);
});

test('[S3] a stamp put right comes after what this device wrote with a right clock before', () => {
  const before = stampOf(NOON - HOUR_MS, 0, here);
  const [first, second] = stampsAfter([
    { envelope: record({ notes: before }) },
    { envelope: record({ notes: ahead }) },
  ]);
  expect(first?.notes).toBe(before);
  expect(stampMs(second?.notes ?? ahead)).toBe(stampMs(before));
  expect((second?.notes ?? '') > before).toBe(true);
});

test('[S3] what somebody else wrote with a clock that is ahead moves no stamp of another record', () => {
  const [, second] = stampsAfter([
    { envelope: record({ notes: stampOf(NOON + YEAR_MS, 0, there) }) },
    { envelope: record({ notes: ahead }) },
  ]);
  expect((second?.notes ?? ahead) < stampOf(NOON, 0, here)).toBe(true);
});

test('[S3] nor does what somebody else wrote with a right clock', () => {
  const [, second] = stampsAfter([
    { envelope: record({ notes: stampOf(NOON - HOUR_MS, 0, there) }) },
    { envelope: record({ notes: ahead }) },
  ]);
  expect((second?.notes ?? ahead) < stampOf(NOON - HOUR_MS, 0, here)).toBe(true);
});

test('[S3] one act that wrote two records is put right to one stamp, later than what either was written on', () => {
  const later = stampOf(NOON + 2 * YEAR_MS, 0, there);
  for (const [one, other] of [
    [{ rating: later }, {}],
    [{}, { rating: later }],
  ]) {
    const [first, second] = stampsAfter([
      { envelope: record({ notes: ahead, ...one }) },
      { envelope: record({ notes: ahead, ...other }) },
    ]);
    expect(first?.notes).toBe(second?.notes);
    expect((first?.notes ?? '') > later).toBe(true);
  }
});

test('[S3] what was written before the clock was last seen right is not touched', () => {
  const clocks = { deviceMs: NOON + HOUR_MS, rightUntilMs: NOON - HOUR_MS };
  const at = (ms: number) => stampsAfter([{ envelope: record({ notes: stampOf(ms, 0, here) }) }], clocks)[0];
  expect(stampMs(at(NOON - HOUR_MS)?.notes ?? ahead)).toBe(NOON - HOUR_MS);
  // An hour ahead it says half past twelve; it was half past eleven.
  expect(stampMs(at(NOON + HOUR_MS / 2)?.notes ?? ahead)).toBe(NOON - HOUR_MS / 2);
});

test('[S3] what is on its way keeps its stamp, in whichever version it was sent', () => {
  const envelope = record({ notes: ahead });
  for (const sent of [[{ notes: ahead }, {}], [{}, { notes: ahead }], [{ notes: ahead }]]) {
    const [result] = restamp([{ envelope, sent }], putRightSince);
    expect(result).toBe(envelope);
  }
  expect(stampsAfter([{ envelope, sent: [{}] }])[0]?.notes).not.toBe(ahead);
});

test('[S3] a record that needs nothing is the very same beside one that does', () => {
  const fine = record({ notes: stampOf(NOON, 0, here) });
  const [result] = restamp(
    [
      { envelope: fine, sent: [] },
      { envelope: record({ notes: ahead }), sent: [] },
    ],
    putRightSince,
  );
  expect(result).toBe(fine);
});
