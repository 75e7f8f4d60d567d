/** What must hold at any moment, and what must hold once nothing is under way any more. */
import { readCursor } from '@mhb/sync-service/simulation';
import { limits } from '@mhb/core-domain/wire';
import { joinIfNeeded } from './joining.ts';
import { ERASED } from './oracle.ts';
import type { Shown, SimulatedDevice } from './simulated-device.ts';
import { Violation } from './trace.ts';
import type { World } from './world.ts';

type Stored = ReturnType<World['stored']>[number];

/**
 * A change that can be seen is in the outbox or on the service (invariants 1 and 2, rules O1 and O2), and what a cursor
 * has passed is on the device (invariant 10). Judged where device and service speak of one history.
 */
export const checkDevices = (world: World): void => {
  const stored = new Map<string, Stored>(world.stored().map((record) => [record.id, record]));
  for (const device of world.live) {
    if (device.knownHistory !== world.service.history || device.stateOf('reconciling') !== undefined)
      continue;
    checkNothingForgotten(world, device, stored);
    checkNothingMissed(world, device, [...stored.values()]);
  }
};

const checkNothingForgotten = (
  world: World,
  device: SimulatedDevice,
  stored: ReadonlyMap<string, Stored>,
): void => {
  const waiting = new Set(
    device.database
      .all<{ record_id: string }>({ text: 'select record_id from outbox', values: [] })
      .map(({ record_id }) => record_id),
  );
  for (const [id, shown] of device.shown) {
    if (waiting.has(id) || world.newer.has(id)) continue;
    const there = stored.get(id);
    if (there === undefined)
      throw new Violation(2, `${device.name} shows a record that neither its outbox nor the service has`);
    if (!isCovered(world, id, shown.groups, there.groups))
      throw new Violation(2, `${device.name} shows an edit that neither its outbox nor the service has`);
  }
};

const checkNothingMissed = (world: World, device: SimulatedDevice, stored: readonly Stored[]): void => {
  const cursor = device.stateOf('cursor');
  const place = cursor === undefined ? undefined : readCursor(cursor as never);
  if (place === undefined) return;
  // Kept as received: what can't be used yet, and deletions that wait for the end of the run or for a person.
  const quarantined = new Set(
    device.database
      .all<{ wire_id: string }>({
        text: 'select wire_id from quarantine union all select wire_id from held_deletion',
        values: [],
      })
      .map(({ wire_id }) => wire_id),
  );
  for (const { id, row, groups } of stored) {
    if (row.seq > place.seq || quarantined.has(row.record_id.replaceAll('-', ''))) continue;
    const shown = device.shown.get(id);
    if (shown === undefined || !isCovered(world, id, groups, shown.groups))
      throw new Violation(10, `${device.name} has read past a change that it does not have`);
  }
};

/** Whether `there` has each of the groups as it is, or what came after. */
const isCovered = (
  { oracle }: World,
  id: string,
  groups: ReadonlyMap<string, string>,
  there: ReadonlyMap<string, string>,
): boolean => {
  if (there.has(ERASED)) return true;
  for (const [group, text] of groups) {
    const other = there.get(group);
    if (other === text) continue;
    const edit = oracle.find(id, group, text);
    const covering = other === undefined ? undefined : oracle.find(id, group, other);
    if (edit === undefined || covering === undefined || oracle.goesBack(edit, covering)) return false;
  }
  return true;
};

const ROUNDS_MAX = 12;

/** Everything is online and nothing goes wrong until nobody has anything to tell any more. */
export const comeToRest = async (world: World): Promise<void> => {
  world.isCalm = true;
  world.isSlow = false;
  world.service.isDown = false;
  world.trace.tell('everybody is online, and nothing goes wrong');
  world.stepwise.clear();
  for (const device of world.devices) {
    device.isOffline = false;
    device.killPoint = undefined;
  }
  while (world.paused.length + world.network.waiting.length > 0) {
    world.paused.shift()?.resume('go on');
    const message = world.network.waiting.shift();
    if (message?.answer !== undefined) message.settle(message.answer);
    else if (message !== undefined) void world.network.deliver(message, 'give');
    await world.drain();
  }
  world.traffic.noticeRevoked();
  for (const device of world.live) await joinIfNeeded(world, device);
  for (let round = 1; ; round += 1) {
    const before = stateOf(world);
    for (const device of world.live) {
      world.sync(device);
      await world.drain();
      if (device.syncing !== undefined) throw new Violation(3, `${device.name} does not end its sync`);
    }
    if (before === stateOf(world)) return;
    if (round === ROUNDS_MAX) throw new Violation(3, 'the devices go on telling each other things for ever');
  }
};

/** What the service has and what the devices have left to say. */
const stateOf = ({ service, accountId, live }: World): string =>
  [
    service.recordsOf(accountId).reduce((last, { seq }) => (seq > last ? seq : last), 0n),
    ...live.map(
      (device) => `${String(device.count('outbox'))} ${String(device.cursor?.seq)} ${device.lastOutcome}`,
    ),
  ].join();

/** Convergence against the oracle, and nothing left lying about (invariants 1, 3, 5, 17, 19, 20). */
export const checkRest = (world: World): void => {
  checkDevices(world);
  const [first, ...others] = world.live;
  if (first === undefined) return;
  const isLeftOut = (record: string): boolean => world.newer.has(record);
  for (const device of world.live) checkNothingLeft(world, device);
  for (const device of others) {
    for (const [id, shown] of device.shown) {
      if (!isLeftOut(id)) checkSame(first.shown.get(id), shown, `${first.name} and ${device.name}`);
    }
    if (device.shown.size !== first.shown.size && world.newer.size === 0)
      throw new Violation(3, `${first.name} and ${device.name} do not have the same records`);
    if (world.newer.size === 0 && device.exportJson() !== first.exportJson())
      throw new Violation(3, `${first.name} and ${device.name} export different things`);
  }
  world.oracle.check(first.holding(), isLeftOut);
  world.oracle.check(new Map(world.stored().map(({ id, groups }) => [id as string, groups])), isLeftOut);
};

/** Both sides have the same digest without anything having to be mended for it (invariant 22). */
export const checkVerified = async (world: World): Promise<void> => {
  for (const device of world.live) {
    let verified: unknown;
    world.start(device, 'verify_sync', {}, (value) => {
      verified = value;
    });
    await world.drain();
    const { same, was_different } = (verified ?? {}) as {
      readonly same?: boolean;
      readonly was_different?: boolean;
    };
    // What an older app can't read may be what it could not send either.
    if (was_different !== false || (same !== true && world.newer.size === 0))
      throw new Violation(22, `${device.name} does not hold what the service holds`);
  }
};

const checkSame = (one: Shown | undefined, other: Shown, names: string): void => {
  if (one?.text !== other.text) throw new Violation(3, `${names} show a record differently`);
};

const checkNothingLeft = (world: World, device: SimulatedDevice): void => {
  if (device.knownHistory !== world.service.history)
    throw new Violation(3, `${device.name} cannot sync though everything works`);
  const waiting = device.database
    .all<{ record_id: string }>({ text: 'select record_id from outbox', values: [] })
    .filter(({ record_id }) => !world.newer.has(record_id));
  if (waiting.length > 0) throw new Violation(20, `${device.name} does not get rid of its outbox`);
  if (device.count('outgoing') > 0) throw new Violation(20, `${device.name} still has a batch under way`);
  if (device.count('own_batch') > limits.SKIP_BATCHES_MAX)
    throw new Violation(20, `${device.name} remembers more batches than it may`);
  if (device.count('quarantine') > world.newer.size)
    throw new Violation(19, `${device.name} keeps a record in quarantine that it could read`);
};
