/**
 * Puts right what a clock that runs ahead has written, before anybody else sees it (rule S3).
 *
 * A stamp of this device that lies more than five minutes past the service's time is replaced where it has not been
 * sent, and so is one that may only look right because the clock that wrote it is as far ahead still. The new stamp is
 * the time at which it was written, if the clock has been wrong by the same amount since; otherwise the earliest one possible, right after what it was written on, because then nobody knows when it was. So the wrong
 * clock makes nobody else lose an edit made later. It stays later than everything in the version it was written on,
 * also where that lies in the future, and the new stamps are in the order of the old ones.
 */
import type { Stamps } from './discarded.ts';
import type { Envelope, Group } from './envelope.ts';
import { type DeviceId, FIRST_STAMP, nextStamp, type Stamp, stampMs } from './stamp.ts';

/** What the clocks of honest computers differ by. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** A record that waits to be sent. */
export interface Unsent {
  readonly envelope: Envelope;
  /** The stamps of the version it was written on, and of what is on its way; none of these is changed. */
  readonly sent: readonly Stamps[];
}

export interface Clocks {
  readonly device: DeviceId;
  /** What the service's clock and this device's show at one moment. */
  readonly serviceMs: number;
  readonly deviceMs: number;
  /** What the service's clock showed when this was last done: what was written before is right since. */
  readonly rightUntilMs: number;
  /** The greatest stamp that this device has sent and that is not too far ahead; every new one is later. */
  readonly after: () => Stamp;
}

/** The envelopes in the order given; one that needed nothing is the very same. */
export const restamp = (unsent: readonly Unsent[], clocks: Clocks): readonly Envelope[] => {
  const floors = new Map<Stamp, Stamp>();
  const right: Stamp[] = [];
  for (const record of unsent) {
    const { early, kept } = sides(record, clocks);
    right.push(...kept.filter((stamp) => stamp.endsWith(clocks.device) && !isAhead(stamp, clocks.serviceMs)));
    for (const { stamp } of early) floors.set(stamp, latest(floors.get(stamp) ?? FIRST_STAMP, ...kept));
  }
  const replaced = new Map<Stamp, Stamp>();
  if (floors.size === 0) return unsent.map(({ envelope }) => envelope);
  let last = latest(clocks.after(), ...right);
  for (const stamp of [...floors.keys()].toSorted()) {
    last = nextStamp(latest(last, floors.get(stamp) ?? last), timeOf(stamp, clocks), clocks.device);
    replaced.set(stamp, last);
  }
  return unsent.map((record) => withStamps(record, replaced));
};

/** Whether any stamp may have to be replaced, as far as the last one and the clock itself tell. */
export const mayBeAhead = (last: Stamp, clocks: Pick<Clocks, 'serviceMs' | 'deviceMs'>): boolean =>
  isAhead(last, clocks.serviceMs) || isClockAhead(clocks);

const isClockAhead = ({ serviceMs, deviceMs }: Pick<Clocks, 'serviceMs' | 'deviceMs'>): boolean =>
  deviceMs > serviceMs + CLOCK_TOLERANCE_MS;

const isEarly = (stamp: Stamp, clocks: Clocks): boolean =>
  stamp.endsWith(clocks.device) &&
  (isAhead(stamp, clocks.serviceMs) || (isClockAhead(clocks) && stampMs(stamp) > clocks.rightUntilMs));

export const isAhead = (stamp: Stamp, serviceMs: number): boolean =>
  stampMs(stamp) > serviceMs + CLOCK_TOLERANCE_MS;

/** When it was written by the service's clock; 0 where that can't be known, so that any other stamp is later. */
const timeOf = (stamp: Stamp, { serviceMs, deviceMs }: Clocks): number => {
  const written = stampMs(stamp) + serviceMs - deviceMs;
  return written <= serviceMs ? written : 0;
};

const wasSent = ({ sent }: Unsent, name: string, stamp: Stamp): boolean =>
  sent.some((stamps) => stamps[name] === stamp);

/** The groups that are to be stamped anew, and all stamps that these have to be later than. */
const sides = (
  record: Unsent,
  clocks: Clocks,
): { readonly early: readonly Group[]; readonly kept: readonly Stamp[] } => {
  const early: Group[] = [];
  const kept = record.sent.flatMap((stamps) => Object.values(stamps));
  for (const [name, group] of Object.entries(record.envelope.groups)) {
    if (isEarly(group.stamp, clocks) && !wasSent(record, name, group.stamp)) early.push(group);
    else kept.push(group.stamp);
  }
  return { early, kept };
};

const withStamps = (record: Unsent, replaced: ReadonlyMap<Stamp, Stamp>): Envelope => {
  const { envelope } = record;
  const changed = Object.entries(envelope.groups).flatMap(([name, group]): readonly [string, Group][] => {
    const stamp = wasSent(record, name, group.stamp) ? undefined : replaced.get(group.stamp);
    return stamp === undefined ? [] : [[name, { ...group, stamp }]];
  });
  if (changed.length === 0) return envelope;
  return { ...envelope, groups: { ...envelope.groups, ...Object.fromEntries(changed) } };
};

const latest = (...stamps: readonly Stamp[]): Stamp =>
  stamps.reduce((last, stamp) => (stamp > last ? stamp : last), FIRST_STAMP);
