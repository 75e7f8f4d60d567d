/** What happens next in a world. A step is its number: left out, it leaves the chance of all others as it was. */
import { writeFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { addDevice, join, joinByLink, makeLink } from './joining.ts';
import { chooseAct } from './people.ts';
import { writeAsNewerApp } from './newer-app.ts';
import { observe } from './observe.ts';
import { Killed, type SimulatedDevice } from './simulated-device.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DEVICES_MAX = 5;
const COPIES_MAX = 3;

/** How often each thing happens, in a thousand. */
const frequency = {
  act: 470,
  sync: 130,
  'sync in steps': 60,
  'go on': 170,
  'repeat a request': 18,
  'time passes': 20,
  'set a clock': 14,
  'go offline': 10,
  'come online': 16,
  'restart a device': 8,
  'kill a device in a transaction': 14,
  'put a device aside': 8,
  'restore a device': 3,
  'lose a device': 2,
  'add a device': 6,
  'make a pairing link': 10,
  'join by a pairing link': 2,
  'revoke a device': 4,
  'turn sync off': 3,
  'turn sync on': 6,
  'export and import': 5,
  'write with a newer app': 14,
  'stop between statements': 16,
  'crash the service': 4,
  'start the service': 8,
  'back the service up': 5,
  'restore the service': 3,
  'empty the service': 1,
} as const;

type StepName = keyof typeof frequency;

export const takeStep = async (world: World): Promise<void> => {
  const { chance } = world;
  world.nowMs += chance.between(1, 6_000) * 1_000;
  // Two requests meet between their statements only where both get on with it.
  if (world.paused.length > 0 && chance.permille(500)) return goOnForAWhile(world);
  const name = chance.weighted(frequency);
  const device = chance.pick(world.devices.filter(({ state }) => state !== 'lost'));
  if (device !== undefined) await steps[name](world, device);
  await world.drain();
};

const steps: Readonly<Record<StepName, (world: World, device: SimulatedDevice) => void | Promise<void>>> = {
  act: async (world, device) => {
    const command = chooseAct(device, world.chance);
    if (command === undefined) return;
    await act(world, device, command.name, command.input);
  },
  sync: (world, device) => {
    if (device.syncing !== undefined || device.apiKey === '') return;
    world.trace.operation(`${device.name} syncs`);
    world.sync(device);
  },
  'sync in steps': (world, device) => {
    if (device.syncing !== undefined || device.apiKey === '') return;
    world.trace.operation(`${device.name} begins to sync, with other things in between`);
    world.stepwise.add(device);
    world.sync(device);
  },
  'go on': (world) => {
    goOn(world);
  },
  'repeat a request': (world) => {
    const sent = world.chance.pick(world.traffic.uploads);
    if (sent === undefined || world.service.isDown) return;
    world.trace.operation('the network repeats an upload');
    world.network.repeat(sent.request);
  },
  'time passes': (world) => {
    const days = world.chance.permille(200) ? world.chance.between(20, 150) : world.chance.between(1, 3);
    world.nowMs += days * DAY_MS;
    world.trace.operation(`${String(days)} days pass`);
  },
  'set a clock': ({ chance, trace }, device) => {
    const hours = chance.permille(300) ? 0 : chance.between(-8_760, 8_760);
    device.clockOffsetMs = hours * HOUR_MS;
    trace.operation(`${device.name}: the clock is now ${String(hours)} hours wrong`);
  },
  'go offline': ({ trace }, device) => {
    device.isOffline = true;
    trace.operation(`${device.name} goes offline`);
  },
  'come online': ({ trace }, device) => {
    device.isOffline = false;
    trace.operation(`${device.name} is online`);
  },
  'restart a device': async (world, device) => {
    world.trace.operation(`${device.name} is killed and starts again`);
    await world.restart(device);
  },
  'kill a device in a transaction': ({ chance, trace }, device) => {
    device.killPoint ??= { transactions: chance.below(4), isCommitted: chance.permille(500) };
    trace.operation(`${device.name} will be killed in one of its next transactions`);
  },
  'put a device aside': ({ copies, trace }, device) => {
    if (device.state !== 'live') return;
    copies.push({ device, copy: device.copy() });
    if (copies.length > COPIES_MAX) copies.shift();
    trace.operation(`${device.name}: a copy of its disk is kept`);
  },
  'restore a device': async (world) => {
    const kept = world.chance.pick(world.copies);
    if (kept?.device.state !== 'live') return;
    world.trace.operation(`${kept.device.name} goes back to a copy of its disk`);
    kept.device.knownHistory = -1;
    await world.restart(kept.device, kept.copy);
    world.oracle.reassess(world.holdings());
  },
  'lose a device': (world, device) => {
    if (device.state !== 'live' || world.live.length < 3) return;
    world.trace.operation(`${device.name} falls into the sea`);
    device.close();
    device.state = 'lost';
    world.stepwise.delete(device);
    world.oracle.reassess(world.holdings());
  },
  'add a device': async (world) => {
    if (world.live.length >= DEVICES_MAX || world.isSlow) return;
    const added = await addDevice(world);
    world.trace.operation(`${added.name} is new and joins with the recovery phrase`);
    await join(world, added);
  },
  'make a pairing link': async (world, device) => {
    if (device.state !== 'live' || device.syncing !== undefined || device.stateOf('sync') === undefined)
      return;
    world.trace.operation(`${device.name} makes a pairing link`);
    // Anything may come in between its many requests.
    if (world.chance.permille(500)) world.stepwise.add(device);
    makeLink(world, device);
    await world.drain();
    // Within its ten minutes; whoever comes with a later step comes too late.
    const link = world.links.at(-1);
    if (link !== undefined && world.chance.permille(700)) await joinWith(world, link);
  },
  'join by a pairing link': async (world) => {
    const link = world.chance.pick(world.links);
    if (link !== undefined) await joinWith(world, link);
  },
  'revoke a device': async (world) => {
    // The one that is just talking to the service, where there is one: that is when it matters.
    const device = world.live.find(({ syncing }) => syncing !== undefined) ?? world.live.at(-1);
    const other = world.live.find((one) => one !== device);
    if (device === undefined || other === undefined || world.live.length < 3) return;
    world.trace.operation(`${other.name} revokes the key of ${device.name}`);
    world.isCalm = true;
    world.network.repeat({
      method: 'DELETE',
      path: '/v1/auth/api-keys',
      headers: { authorization: `Bearer ${other.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ key_id: device.keyId }),
    });
    await world.drain();
    world.isCalm = false;
  },
  'turn sync off': async (world, device) => {
    if (device.state !== 'live' || device.syncing !== undefined) return;
    device.knownHistory = -1;
    await act(world, device, 'disable_sync', {});
  },
  'turn sync on': async (world, device) => {
    if (device.state !== 'live' || device.syncing !== undefined || device.stateOf('sync') !== undefined)
      return;
    world.trace.operation(`${device.name} joins again`);
    await join(world, device);
  },
  'export and import': async (world, device) => {
    const other = world.chance.pick(world.live);
    if (other === undefined) return;
    const file = pathOf(world.temporaryFolder, 'export.json');
    writeFileSync(file, other.exportJson());
    world.trace.tell(`the next file is an export of ${other.name}`);
    await act(world, device, 'import_json', { file }, 'import');
  },
  'write with a newer app': (world) => {
    writeAsNewerApp(world);
  },
  'stop between statements': (world) => {
    world.isSlow = !world.isSlow;
    world.trace.operation(
      world.isSlow
        ? 'the service gets slow: statements of several requests mix'
        : 'the service is quick again',
    );
  },
  'crash the service': (world) => {
    world.trace.operation('the service is killed');
    world.crashService();
    world.service.isDown = world.chance.permille(500);
  },
  'start the service': ({ service, trace }) => {
    if (service.isDown) trace.operation('the service starts again');
    service.isDown = false;
  },
  'back the service up': ({ backups, service, trace }) => {
    backups.push(service.backup());
    if (backups.length > COPIES_MAX) backups.shift();
    trace.operation('the service is backed up');
  },
  'restore the service': (world) => {
    const backup = world.chance.pick(world.backups);
    if (backup === undefined) return;
    const epoch = world.chance.permille(300) ? newEpoch(world) : undefined;
    world.trace.operation(
      `the service goes back to a backup${epoch === undefined ? '' : ', under a new epoch'}`,
    );
    world.crashService();
    world.service.restore(backup, epoch);
    world.oracle.reassess(world.holdings());
  },
  'empty the service': (world) => {
    if (!world.chance.permille(500)) return;
    world.trace.operation('the service loses everything but its keys');
    world.crashService();
    world.service.empty(newEpoch(world));
    world.oracle.reassess(world.holdings());
  },
};

/** A new device with a link that may have been used before, or have expired. */
const joinWith = async (world: World, link: string): Promise<void> => {
  if (world.live.length >= DEVICES_MAX || world.isSlow) return;
  const added = await addDevice(world);
  world.trace.operation(`${added.name} is new and joins with a pairing link`);
  await joinByLink(world, added, link);
};

const newEpoch = ({ chance }: World): string => {
  const hex = chance.bytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};

const act = async (
  world: World,
  device: SimulatedDevice,
  name: string,
  input: object,
  cause: 'act' | 'import' = 'act',
): Promise<void> => {
  const told = name === 'import_json' ? '' : ` ${JSON.stringify(input)}`;
  world.trace.operation(`${device.name}: ${name}${told}`);
  try {
    const answer = await device.call(name, input);
    if ('error' in answer) world.trace.tell(`  refused: ${answer.error.type}`);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    world.trace.tell('  and is killed');
    observe(world.oracle, device, cause);
    await world.restart(device);
    return;
  }
  observe(world.oracle, device, cause);
};

const goOnForAWhile = async (world: World): Promise<void> => {
  for (let times = world.chance.between(1, 6); times > 0; times -= 1) {
    goOn(world);
    await world.drain();
  }
};

/** One of the things that wait goes on, in any order. */
export const goOn = (world: World): void => {
  const { chance, network, paused } = world;
  const place = chance.below(network.waiting.length + paused.length);
  const pausedOne = paused[place];
  if (pausedOne !== undefined) {
    paused.splice(place, 1);
    const fate = chance.weighted({ 'go on': 880, die: 20, 'connection lost': 40, 'outcome unknown': 60 });
    const isPossible = fate !== 'outcome unknown' || pausedOne.at !== 'statement';
    world.trace.operation(
      `  a transaction that waited before or after its ${pausedOne.at}: ${isPossible ? fate : 'go on'}`,
    );
    if (fate === 'die') world.crashService();
    else pausedOne.resume(isPossible ? fate : 'go on');
    return;
  }
  const message = network.waiting[place - paused.length];
  if (message === undefined) return;
  network.take(message);
  const name = `the request of device ${String(message.device)} (${message.request.path})`;
  if (message.answer !== undefined) {
    const isLost = chance.permille(250);
    world.trace.operation(`  ${isLost ? 'the answer is lost for' : 'the answer arrives for'} ${name}`);
    message.settle(isLost ? undefined : message.answer);
  } else if (chance.permille(120)) {
    world.trace.operation(`  lost on its way: ${name}`);
    message.settle(undefined);
  } else {
    world.trace.operation(`  arrives at the service: ${name}`);
    void network.deliver(message, chance.permille(600) ? 'hold' : 'give');
  }
};
