/** The laws of stamps, over clocks that stand still, run back, jump ahead or are absurd. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyDevice, devices } from './envelope.testing.ts';
import { DeviceId, FIRST_STAMP, nextStamp, Stamp, stampMs, stampOf } from './stamp.ts';

const NOON = Date.parse('2025-03-10T12:00:00Z');

const anyClock = fc.oneof(
  fc.integer({ min: NOON - 5, max: NOON + 5 }),
  fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  fc.constantFrom(-1, 0, 0.5, Number.MAX_SAFE_INTEGER, 253_402_300_800_000),
);

/** A few stamps that a device may have seen last, close to where counts and times end. */
const anyLast = fc
  .record({
    ms: fc.oneof(fc.integer({ min: NOON - 3, max: NOON + 3 }), fc.integer({ min: 0, max: 2 ** 48 - 2 })),
    count: fc.oneof(fc.constantFrom(0, 1, 0xfffe, 0xffff), fc.integer({ min: 0, max: 0xffff })),
    device: anyDevice,
  })
  .map(({ ms, count, device }) => stampOf(ms, count, device));

test('[S1] text order of stamps is the order of time, then count, then device', () => {
  fc.assert(
    fc.property(anyLast, anyLast, (a, b) => {
      const keyOf = (stamp: Stamp): readonly [number, number, string] => [
        stampMs(stamp),
        Number.parseInt(stamp.slice(13, 17), 16),
        stamp.slice(18),
      ];
      const [msA, countA, deviceA] = keyOf(a);
      const [msB, countB, deviceB] = keyOf(b);
      const isEarlier = msA !== msB ? msA < msB : countA !== countB ? countA < countB : deviceA < deviceB;
      expect(a < b).toBe(isEarlier);
      expect(a).toHaveLength('018f3c2a9b4d-0003-9dca8c435bb0779f'.length);
    }),
  );
});

test('[S2] the next stamp is later than the last one, whatever the clock says', () => {
  fc.assert(
    fc.property(anyLast, anyClock, anyDevice, (last, nowMs, device) => {
      const next = nextStamp(last, nowMs, device);
      expect(next > last).toBe(true);
      expect(Stamp.safeParse(next).success).toBe(true);
      expect(next.endsWith(device)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('[S2] a device never repeats a stamp, also between stamps that arrive', () => {
  const anyEvent = fc.oneof(
    fc.record({ type: fc.constant('write' as const), nowMs: anyClock }),
    fc.record({ type: fc.constant('arrive' as const), stamp: anyLast }),
  );
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), anyDevice, (events, device) => {
      let last = FIRST_STAMP;
      for (const event of events) {
        if (event.type === 'arrive') {
          if (event.stamp > last) last = event.stamp;
          continue;
        }
        const made = nextStamp(last, event.nowMs, device);
        expect(made > last).toBe(true);
        last = made;
      }
    }),
  );
});

test('[S2] a clock that works gives the time itself', () => {
  const [device] = devices;
  if (device === undefined) throw new Error('there is a device');
  const first = nextStamp(FIRST_STAMP, NOON, device);
  expect(stampMs(first)).toBe(NOON);
  expect(first.slice(13, 17)).toBe('0000');
  expect(nextStamp(first, NOON, device).slice(13, 17)).toBe('0001');
  expect(stampMs(nextStamp(first, NOON + 1, device))).toBe(NOON + 1);
  expect(stampMs(nextStamp(first, NOON - 1_000, device))).toBe(NOON);
});

test('[S2] after 65,536 stamps in one millisecond the time moves on instead of failing', () => {
  const [device] = devices;
  if (device === undefined) throw new Error('there is a device');
  const next = nextStamp(stampOf(NOON, 0xffff, device), NOON, device);
  expect(next).toBe(stampOf(NOON + 1, 0, device));
});

test('[S1] nothing stands before or after a stamp, or the id of a device', () => {
  const stamp = '018f3c2a9b4d-0003-9dca8c435bb0779f';
  expect(Stamp.safeParse(stamp).success).toBe(true);
  for (const text of [`0${stamp}`, `${stamp}0`, ` ${stamp}`])
    expect(Stamp.safeParse(text).success).toBe(false);
  const device = stamp.slice(18);
  expect(DeviceId.safeParse(device).success).toBe(true);
  for (const text of [`0${device}`, `${device}0`]) expect(DeviceId.safeParse(text).success).toBe(false);
});
