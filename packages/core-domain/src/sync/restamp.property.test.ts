/** Devices whose clocks are off by up to a year write, merge and sync in any order; a wrong clock harms nobody else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Stamps, stampsOf } from './discarded.ts';
import { devices } from './envelope.testing.ts';
import { type Envelope, lastStampOf } from './envelope.ts';
import { mergeEnvelopes } from './merge.ts';
import { CLOCK_TOLERANCE_MS, mayBeAhead, restamp } from './restamp.ts';
import { DeviceId, FIRST_STAMP, nextStamp, type Stamp, stampMs, stampOf } from './stamp.ts';

const NOON = Date.parse('2025-03-10T12:00:00Z');
const YEAR_MS = 365 * 86_400_000;
const GROUPS = ['rating', 'notes'] as const;

/** One record on one device, as the real one keeps it. */
interface Held {
  readonly id: DeviceId;
  clockAheadMs: number;
  envelope: Envelope;
  common: Stamps;
  base: number;
  last: Stamp;
  rightUntilMs: number;
}

interface Write {
  readonly device: number;
  readonly group: string;
  readonly value: number;
  /** Which writes of the group the device had seen, itself or through others. */
  readonly seen: ReadonlySet<number>;
  readonly trueMs: number;
}

const act = fc.record({
  device: fc.nat({ max: 2 }),
  what: fc.constantFrom('write' as const, 'write' as const, 'sync' as const, 'set the clock' as const),
  group: fc.constantFrom(...GROUPS),
  afterMs: fc.constantFrom(1, 1_000, 60_002, 4 * 60_003, 20 * 60_000, 86_400_000),
});
/** Right, slightly off within what is tolerated, or wrong by up to a year either way. */
const clock = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -YEAR_MS, max: YEAR_MS }),
  fc.constantFrom(YEAR_MS, -YEAR_MS, 86_400_000),
);
/** What a clock that is set shows too much. */
const setTo = [0, 60 * 60_000, YEAR_MS, -YEAR_MS, 3 * 60_000];
const story = fc.record({
  clocks: fc.tuple(clock, clock, clock),
  acts: fc.array(act, { minLength: 2, maxLength: 40 }),
});

const empty: Envelope = { v: 1, type: 'mood_entry', schema: 1, groups: {} };

const valueIn = (envelope: Envelope, group: string): number | undefined => {
  const value = envelope.groups[group]?.value;
  return typeof value === 'number' ? value : undefined;
};

/** Plays a story; clocks are set only where `clocksChange`. Answers who lost against whom at the service. */
type Act = typeof act extends fc.Arbitrary<infer Acted> ? Acted : never;

const play = ({
  clocks,
  acts,
  clocksChange,
}: {
  readonly clocks: readonly number[];
  readonly acts: readonly Act[];
  readonly clocksChange: boolean;
}) => {
  let now = NOON;
  let service = { seq: 0, envelope: empty };
  const held: Held[] = devices.map((id, index) => ({
    id,
    clockAheadMs: clocks[index] ?? 0,
    envelope: empty,
    common: {},
    base: 0,
    last: FIRST_STAMP,
    rightUntilMs: 0,
  }));
  const writes: Write[] = [];
  const replaced: { readonly loser: Write; readonly winner: Write }[] = [];

  const replace = (group: string, before: Envelope, after: Envelope): void => {
    const was = valueIn(before, group);
    const is = valueIn(after, group);
    const [loser, winner] = [writes[was ?? -1], writes[is ?? -1]];
    if (loser !== undefined && winner !== undefined && loser !== winner) replaced.push({ loser, winner });
  };
  const putRight = (device: Held): void => {
    const deviceMs = now + device.clockAheadMs;
    if (!mayBeAhead(device.last, { serviceMs: now, deviceMs })) return;
    const [next] = restamp([{ envelope: device.envelope, sent: [device.common] }], {
      device: device.id,
      serviceMs: now,
      deviceMs,
      rightUntilMs: device.rightUntilMs,
      after: () => FIRST_STAMP,
    });
    device.rightUntilMs = now;
    if (next === undefined || next === device.envelope) return;
    expect(orderOf(next, device)).toEqual(orderOf(device.envelope, device));
    device.envelope = next;
    device.last = lastStampOf(next, { ...empty, groups: asGroups(device.common) });
  };
  const sync = (device: Held): void => {
    putRight(device);
    if (service.seq > device.base) {
      const merged = mergeEnvelopes(device.envelope, service.envelope);
      for (const group of GROUPS) {
        replace(group, device.envelope, merged);
        replace(group, service.envelope, merged);
      }
      Object.assign(device, { envelope: merged, common: stampsOf(service.envelope), base: service.seq });
      const arrived = lastStampOf(service.envelope);
      if (arrived > device.last) device.last = arrived;
    }
    service = { seq: service.seq + 1, envelope: device.envelope };
    Object.assign(device, { common: stampsOf(device.envelope), base: service.seq });
  };

  for (const { device: index, what, group, afterMs } of acts) {
    now += afterMs;
    const device = held[index];
    if (device === undefined) continue;
    if (what === 'sync') sync(device);
    if (what === 'set the clock' && clocksChange) device.clockAheadMs = setTo[afterMs % setTo.length] ?? 0;
    if (what !== 'write') continue;
    const stamp = nextStamp(device.last, now + device.clockAheadMs, device.id);
    const before = valueIn(device.envelope, group);
    const below = before === undefined ? [] : [before, ...(writes[before]?.seen ?? [])];
    writes.push({ device: index, group, value: writes.length, seen: new Set(below), trueMs: now });
    const groups = { ...device.envelope.groups, [group]: { stamp, value: writes.length - 1 } };
    device.envelope = { ...device.envelope, groups };
    device.last = stamp;
  }
  for (let round = 0; round < 2; round += 1) for (const device of held) sync(device);
  return { held, writes, replaced, service };
};

const asGroups = (stamps: Stamps): Envelope['groups'] =>
  Object.fromEntries(Object.entries(stamps).map(([name, stamp]) => [name, { stamp }]));

/** The groups that were not sent, earliest first. */
const orderOf = ({ groups }: Envelope, { common }: Held): readonly string[] =>
  Object.entries(groups)
    .filter(([name, { stamp }]) => common[name] !== stamp)
    .toSorted(([, a], [, b]) => (a.stamp < b.stamp ? -1 : 1))
    .map(([name]) => name);

test('[S3] [S2] an edit made on top of another wins, whatever the clocks say', () => {
  fc.assert(
    fc.property(story, (told) => {
      const { held, replaced, service } = play({ ...told, clocksChange: true });
      for (const { loser, winner } of replaced) expect(loser.seen.has(winner.value)).toBe(false);
      for (const { envelope } of held) expect(envelope).toEqual(service.envelope);
    }),
    { numRuns: 1_000 },
  );
});

test('[S3] a device whose clock is ahead makes no other device lose an edit made later', () => {
  fc.assert(
    fc.property(story, ({ clocks, acts }) => {
      // Clocks that run behind make their own edits lose, which is not what is held here.
      const told = {
        clocks: clocks.map((ahead) => (ahead > CLOCK_TOLERANCE_MS ? ahead : 0)),
        acts,
        clocksChange: false,
      };
      for (const { loser, winner } of play(told).replaced) {
        const wasConcurrent = !winner.seen.has(loser.value);
        if (wasConcurrent && loser.device !== winner.device) expect(loser.trueMs).toBeLessThan(winner.trueMs);
      }
    }),
    { numRuns: 1_000 },
  );
});

const own = DeviceId.parse('00000000000000aa');
const other = DeviceId.parse('00000000000000bb');
const ahead = (count: number): Stamp => stampOf(NOON + YEAR_MS, count, own);
const clocksNow = { device: own, serviceMs: NOON, deviceMs: NOON, rightUntilMs: 0, after: () => FIRST_STAMP };
const withNotes = (stamp: Stamp): Envelope => ({ ...empty, groups: { notes: { stamp } } });

test('[S3] where the clock was put right since, a stamp comes right after what it was written on', () => {
  const before = stampOf(NOON - 1_000, 4, other);
  const [next] = restamp([{ envelope: withNotes(ahead(0)), sent: [{ notes: before }] }], clocksNow);
  expect(next?.groups.notes?.stamp).toBe(stampOf(NOON - 1_000, 5, own));
});

test('[S3] a stamp written on one that is itself in the future stays later than that', () => {
  const before = stampOf(NOON + YEAR_MS, 7, other);
  const [next] = restamp([{ envelope: withNotes(ahead(9)), sent: [{ notes: before }] }], clocksNow);
  expect(next?.groups.notes?.stamp).toBe(stampOf(NOON + YEAR_MS, 8, own));
});

test('[S3] what was sent, what others wrote and what is hardly ahead stays as it is', () => {
  const almost = stampOf(NOON + CLOCK_TOLERANCE_MS, 0, own);
  const records = [
    { envelope: withNotes(ahead(0)), sent: [{ notes: ahead(0) }] },
    { envelope: withNotes(stampOf(NOON + YEAR_MS, 0, other)), sent: [] },
    { envelope: withNotes(almost), sent: [] },
  ];
  const kept = restamp(records, clocksNow);
  expect(kept).toEqual(records.map(({ envelope }) => envelope));
});

test('[S3] every new stamp is later than those this device has made, and none is given twice', () => {
  const after = stampOf(NOON - 5_000, 3, own);
  const records = [ahead(2), ahead(0), ahead(1)].map((stamp) => ({ envelope: withNotes(stamp), sent: [] }));
  const stamps = restamp(records, { ...clocksNow, after: () => after }).map(
    (one) => one.groups.notes?.stamp ?? '',
  );
  expect(new Set(stamps).size).toBe(3);
  expect(stamps.toSorted()).toEqual([stamps[1], stamps[2], stamps[0]]);
  for (const stamp of stamps) expect(stamp > after).toBe(true);
  expect(stampMs(stampOf(NOON, 0, own))).toBe(NOON);
});
