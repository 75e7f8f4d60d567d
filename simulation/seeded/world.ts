/**
 * A world made of one seed: a service, its network, and the devices of one account. Nothing in it knows what time it
 * really is, and nothing waits for anything but the next step.
 */
import { AccountId } from '@mhb/core-domain/wire';
import { loadCipher } from '@mhb/device/testing';
import { Chance } from './chance.ts';
import { Network } from './network.ts';
import { observe, observeCursor, observeLedger, type Cause } from './observe.ts';
import { type Holding, Oracle } from './oracle.ts';
import type { Fate, Point } from './postgres/memory-postgres.ts';
import type { Reader } from './reader.ts';
import { type Copy, Killed, preparePristine, type SimulatedDevice } from './simulated-device.ts';
import { type Backup, SimulatedService } from './simulated-service.ts';
import { Trace, Violation } from './trace.ts';
import { Traffic } from './traffic.ts';

/** A transaction that waits between two statements until a step lets it go on. */
interface Paused {
  readonly at: Point['at'];
  readonly resume: (fate: Fate) => void;
}

const BEGINNING_MS = Date.UTC(2025, 2, 10, 12);

export class World {
  readonly seed: number;
  readonly trace = new Trace();
  readonly oracle = new Oracle();
  readonly service: SimulatedService;
  readonly network: Network;
  readonly devices: SimulatedDevice[] = [];
  readonly accountId: AccountId;
  readonly temporaryFolder: string;
  /** The chance of the step that is going on. */
  chance: Chance;
  nowMs = BEGINNING_MS;
  /** While true nothing goes wrong. */
  isCalm = true;
  /** While true, transactions wait between their statements. */
  isSlow = false;
  /** Of devices that sync now, those whose requests wait for a step. */
  readonly stepwise = new Set<SimulatedDevice>();
  readonly paused: Paused[] = [];
  readonly backups: Backup[] = [];
  readonly copies: { readonly device: SimulatedDevice; readonly copy: Copy }[] = [];
  readonly traffic: Traffic;
  /** Records that only a newer app understands. */
  readonly newer = new Set<string>();
  phrase = '';
  /** Of pairing; each lets one device in, within its ten minutes. */
  readonly links: string[] = [];
  reader: Reader | undefined;
  #locked = 0;
  #violation: unknown;

  constructor(seed: number, temporaryFolder: string) {
    this.seed = seed;
    this.chance = new Chance(seed, 'beginning');
    this.accountId = AccountId.parse(new Chance(seed, 'account').bytes(16).toString('hex'));
    this.temporaryFolder = temporaryFolder;
    this.traffic = new Traffic(this);
    this.service = new SimulatedService({
      reach: (point) => this.#reach(point),
      onWait: (waiting) => {
        this.#locked += waiting;
        this.network.pulse += 1;
      },
      nowMs: () => this.nowMs,
      chance: new Chance(seed, 'service'),
      onViolation: (violation) => {
        this.fail(violation);
      },
    });
    this.network = new Network(this.service, {
      handle: (message) => this.traffic.handle(message),
      note: (bytes) => {
        this.trace.note(bytes);
      },
      isDeviceListening: ({ device, life }) => {
        const asked = this.devices[device];
        return asked?.life === life && asked.state !== 'lost';
      },
      onAnswer: (message, answer) => {
        this.traffic.onAnswer(message, answer);
      },
    });
    // The device asks with a text.
    globalThis.fetch = (url, init = {}) => this.network.fetch(url as string, init);
  }

  /** The first promise that was seen broken; the step it happened in ends with it. */
  fail(problem: unknown): void {
    this.#violation ??= problem;
  }

  get live(): readonly SimulatedDevice[] {
    return this.devices.filter(({ state }) => state === 'live');
  }

  sync(device: SimulatedDevice): void {
    const { history } = this.service;
    this.start(device, 'sync_now', {}, () => {
      if (history === this.service.history) device.knownHistory = history;
    });
  }

  /** Begins something that talks to the service; it goes on in this and in later steps. */
  start(device: SimulatedDevice, name: string, input: object, onValue: (value: unknown) => void): void {
    const { life } = device;
    device.mayAsk = true;
    const call = device
      .call(name, input)
      .then(
        (answer) => {
          device.lastOutcome = 'value' in answer ? JSON.stringify(answer.value) : answer.error.type;
          this.trace.tell(
            'value' in answer
              ? `${device.name}: ${name} is done: ${JSON.stringify(answer.value)}`
              : `${device.name}: ${name} is refused: ${answer.error.type}`,
          );
          if ('value' in answer) onValue(answer.value);
          else this.#judgeRefusal(device, answer.error);
        },
        (error: unknown) => {
          if (!(error instanceof Killed)) this.fail(error);
        },
      )
      .finally(() => {
        this.network.pulse += 1;
        if (device.life !== life) return;
        device.syncing = undefined;
        device.mayAsk = false;
        this.stepwise.delete(device);
      });
    device.syncing = call;
    device.mayHaveChanged = true;
  }

  /** A command that must be done now. */
  async value(device: SimulatedDevice, name: string, input: object): Promise<unknown> {
    device.mayAsk = true;
    const answer = await device.call(name, input);
    device.mayAsk = false;
    if ('error' in answer) throw new Error(`${name} was refused: ${answer.error.type}`);
    return answer.value;
  }

  async calmly<Value>(act: () => Promise<Value>): Promise<Value> {
    const before = this.isCalm;
    this.isCalm = true;
    try {
      return await act();
    } finally {
      this.isCalm = before;
    }
  }

  /** Lets everything go on that can without another step. */
  async drain(): Promise<void> {
    for (let turns = 0; ; turns += 1) {
      const { pulse } = this.network;
      await new Promise((resume) => setImmediate(resume));
      const isAtRest = this.network.atService.size <= this.paused.length + this.#locked;
      if (isAtRest && pulse === this.network.pulse) break;
      if (turns > 10_000) throw new Error('the simulation does not come to rest');
    }
    for (const device of this.devices) {
      if (device.killPoint !== undefined && device.killPoint.transactions < 0) await this.restart(device);
    }
    this.look();
  }

  /** Looks at every device that something may have arrived on. */
  look(cause: Cause = 'arrival'): void {
    if (this.#violation !== undefined) throw this.#violation as Error;
    for (const device of this.devices) {
      if (device.state !== 'lost' && device.mayHaveChanged) observeLedger(this.oracle, device);
    }
    // Only a sync changes what a device shows between two acts of its person.
    const changed = this.devices.filter(({ state, mayHaveChanged }) => state !== 'lost' && mayHaveChanged);
    const tooEarly = changed.filter((device) => !this.#isKnown(device, cause));
    for (const device of tooEarly) observe(this.oracle, device, cause);
    for (const device of changed) {
      device.mayHaveChanged = device.syncing !== undefined;
      observeCursor(device, this.traffic.historyByCursor);
    }
  }

  /** False where it shows what its writer may have stamped anew a moment ago, and has not been looked at since. */
  #isKnown(device: SimulatedDevice, cause: Cause): boolean {
    try {
      observe(this.oracle, device, cause);
      return true;
    } catch (error) {
      if (error instanceof Violation && error.invariant === 17) return false;
      throw error;
    }
  }

  /** Its process ends, and starts again on what is on disk. */
  async restart(device: SimulatedDevice, copy?: Copy): Promise<void> {
    this.stepwise.delete(device);
    if (copy === undefined) observe(this.oracle, device, 'arrival');
    await device.restart(copy);
    // The Trash is tended at each start, as if its person did it.
    observe(this.oracle, device, 'act');
  }

  crashService(): void {
    this.service.crash();
    this.paused.length = 0;
    this.#locked = 0;
    this.network.cut();
  }

  /** Whoever holds something that counts: the living devices, and the service. */
  holdings(): readonly Holding[] {
    const stored = new Map(this.stored().map(({ id, groups }) => [id as string, groups]));
    return [...this.live.map((device) => device.holding()), stored];
  }

  stored() {
    const { reader } = this;
    if (reader === undefined) return [];
    return this.service.recordsOf(this.accountId).map((row) => ({ ...reader.read(row), row }));
  }

  close(): void {
    for (const device of this.devices) if (device.state !== 'lost') device.close();
  }

  #reach(point: Point): Fate | Promise<Fate> {
    this.network.pulse += 1;
    if (this.isCalm) return 'go on';
    if (this.isSlow) {
      return new Promise((resume) => {
        this.paused.push({ at: point.at, resume });
      });
    }
    const fate = this.chance.below(3_000);
    if (fate < 4) return this.#strike('die', point.at);
    if (fate < 9) return this.#strike('connection lost', point.at);
    if (fate < 20 && point.at !== 'statement') return this.#strike('outcome unknown', point.at);
    return 'go on';
  }

  #strike(fate: Fate, at: Point['at']): Fate {
    this.trace.operation(`  at the service, before or after a ${at}: ${fate}`);
    if (fate === 'die') this.crashService();
    return fate;
  }

  #judgeRefusal(device: SimulatedDevice, error: { readonly type: string; readonly code?: unknown }): void {
    const isExpected = [
      'Offline',
      'PairingLinkUsedUp',
      'Refused',
      'SecretsMissing',
      'ServiceIsBehind',
      'SyncIsOff',
      'SyncIsOn',
    ].includes(error.type);
    if (!isExpected)
      this.fail(new Violation(17, `${device.name} takes the service for hostile: ${error.type}`));
  }
}

let isPrepared = false;

/** Once per process: whatever takes real time is done before the first world begins. */
export const prepareWorlds = async (): Promise<void> => {
  if (isPrepared) return;
  isPrepared = true;
  // A request of the simulation takes no time; a timer for each would be kept for a minute of ours.
  const never = new AbortController().signal;
  AbortSignal.timeout = () => never;
  await loadCipher();
  await preparePristine();
};
