/**
 * A stamp says when a group was last written, and on which device.
 *
 *   018f3c2a9b4d-0003-9dca8c435bb0779f
 *   milliseconds-count-device          lowercase hex, fixed width
 *
 * Fixed width makes text order equal time order, so `<` in TypeScript, BINARY in SQLite and COLLATE "C" in
 * Postgres all agree on which is later (rule S1).
 */
import { z } from 'zod';

export const DeviceId = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .brand<'DeviceId'>();
export type DeviceId = z.infer<typeof DeviceId>;

export const Stamp = z
  .string()
  .regex(/^[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{16}$/)
  .brand<'Stamp'>();
export type Stamp = z.infer<typeof Stamp>;

/** Earlier than every stamp a device makes. */
export const FIRST_STAMP = Stamp.parse('000000000000-0000-0000000000000000');

const COUNT_MAX = 0xffff;
const MS_MAX = 0xffff_ffff_ffff;
// A clock further on than the year 9999 is wrong. Stopping there leaves room above for the stamps that follow.
const NOW_MAX = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The next stamp on this device: later than `last` even where the clock stood still or ran back (rule S2). It does
 * not fail, because a person's entry must never be refused over a wrong clock. `last` is the greatest stamp the
 * device has seen, its own and those that arrived.
 */
export const nextStamp = (last: Stamp, nowMs: number, device: DeviceId): Stamp => {
  const lastMs = stampMs(last);
  const lastCount = Number.parseInt(last.slice(13, 17), 16);
  const now = Math.min(Math.max(Math.trunc(nowMs), 0), NOW_MAX);
  if (now > lastMs) return stampOf(now, 0, device);
  if (lastCount < COUNT_MAX) return stampOf(lastMs, lastCount + 1, device);
  return stampOf(lastMs + 1, 0, device);
};

/** A stamp for something that was written elsewhere at a known time, such as a row of an imported file. */
export const stampOf = (ms: number, count: number, device: DeviceId): Stamp =>
  Stamp.parse(`${hex(Math.min(Math.max(Math.trunc(ms), 0), MS_MAX), 12)}-${hex(count, 4)}-${device}`);

/** Milliseconds since 1970 by the clock of the device that wrote it. */
export const stampMs = (stamp: Stamp): number => Number.parseInt(stamp.slice(0, 12), 16);

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
