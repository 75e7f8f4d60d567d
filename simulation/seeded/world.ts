/**
 * A world made of one seed: a service, its network, and the devices of one account. Nothing in it knows what time it
 * really is, and nothing waits for anything but the next step.
 */
import { AccountId } from '@mhb/core-domain/wire';
import { loadCipher } from '@mhb/device/testing';
import { Chance } from './chance.ts';
import { keyIdOf, type Message, Network, NOBODY } from './network.ts';
import { observe, observeCursor, type Cause } from './observe.ts';
import { type Holding, Oracle } from './oracle.ts';
import type { Fate, Point } from './postgres/memory-postgres.ts';
import { Reader } from './reader.ts';
import { type Copy, Killed, preparePristine, SimulatedDevice } from './simulated-device.ts';
import { type Answer, type Backup, type Request, SimulatedService } from './simulated-service.ts';
import { Trace, Violation } from './trace.ts';

/** A transaction that waits between two statements until a step lets it go on. */
interface Paused {
  readonly at: Point['at'];
  readonly resume: (fate: Fate) => void;
}

interface SentUpload {
  readonly request: Request;
  readonly answer: Answer;
  readonly history: number;
}

const BEGINNING_MS = Date.UTC(2025, 2, 10, 12);
const UPLOADS_KEPT = 8;

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
  readonly uploads: SentUpload[] = [];
  /** Records that only a newer app understands. */
  readonly newer = new Set<string>();
  phrase = '';
  reader: Reader | undefined;
  /** In which history of the service each cursor was given. */
  readonly #historyByCursor = new Map<string, number>();
  /** In which history of the service each batch was first sent. */
  readonly #historyByBatch = new Map<string, number>();
  /** How many records a page has at most: few in every second world, so that a download has several. */
  readonly #pageRecords: number | undefined;
  #locked = 0;
  #violation: unknown;

  constructor(seed: number, temporaryFolder: string) {
    this.seed = seed;
    this.chance = new Chance(seed, 'beginning');
    this.accountId = AccountId.parse(new Chance(seed, 'account').bytes(16).toString('hex'));
    this.temporaryFolder = temporaryFolder;
    const pages = new Chance(seed, 'pages');
    this.#pageRecords = pages.permille(500) ? pages.between(1, 12) : undefined;
    this.service = new SimulatedService({
      reach: (point) => this.#reach(point),
      onWait: (waiting) => {
        this.#locked += waiting;
        this.network.pulse += 1;
      },
      nowMs: () => this.nowMs,
      onViolation: (violation) => {
        this.#violation ??= violation;
      },
      onBatch: (batchId) => {
        this.#noticeLateBatch(batchId);
      },
    });
    this.network = new Network(this.service, {
      handle: (message) => this.#handle(message),
      note: (bytes) => {
        this.trace.note(bytes);
      },
      isDeviceListening: ({ device, life }) => {
        const asked = this.devices[device];
        return asked?.life === life && asked.state !== 'lost';
      },
      onAnswer: (message, answer) => {
        this.#onAnswer(message, answer);
      },
    });
    // The device asks with a text.
    globalThis.fetch = (url, init = {}) => this.network.fetch(url as string, init);
  }

  get live(): readonly SimulatedDevice[] {
    return this.devices.filter(({ state }) => state === 'live');
  }

  /** The first device sets the account up; the others join with its phrase. */
  async begin(devices: number): Promise<void> {
    await this.service.newAccount(this.accountId, new Chance(this.seed, 'epoch'));
    const first = await this.addDevice();
    const begun = await this.value(first, 'enable_sync', {
      url: 'https://service.test',
      api_key: first.apiKey,
    });
    const { recovery_phrase, confirm_positions } = begun as {
      readonly recovery_phrase: string;
      readonly confirm_positions: readonly number[];
    };
    this.phrase = recovery_phrase;
    const words = recovery_phrase.split(' ');
    await this.value(first, 'confirm_recovery_phrase', {
      words: Object.fromEntries(confirm_positions.map((place) => [String(place), words[place - 1]])),
    });
    first.knownHistory = this.service.history;
    const keyring = [...this.service.tables.keyring.values()][0];
    const secrets = first.secrets.read();
    if (keyring === undefined || !secrets.ok || secrets.value === undefined)
      throw new Error('there are no keys');
    this.reader = new Reader({
      accountId: this.accountId,
      masterSecret: secrets.value.master_secret,
      keyring: keyring.sealed,
      seed: this.seed,
    });
    for (let number = 1; number < devices; number += 1) await this.join(await this.addDevice());
  }

  async addDevice(): Promise<SimulatedDevice> {
    const device = new SimulatedDevice({
      number: this.devices.length,
      seed: this.seed,
      temporaryFolder: this.temporaryFolder,
      nowMs: () => this.nowMs,
    });
    this.devices.push(device);
    const key = await this.calmly(() =>
      this.service.newKey(this.accountId, new Chance(this.seed, 'key', device.number)),
    );
    device.apiKey = key.apiKey;
    device.keyId = key.keyId;
    await device.open();
    return device;
  }

  /** A device comes into the account with the recovery phrase; where the network is away it stays outside. */
  async join(device: SimulatedDevice): Promise<void> {
    device.knownHistory = -1;
    device.cursor = undefined;
    const { history } = this.service;
    this.start(
      device,
      'enable_sync',
      { url: 'https://service.test', api_key: device.apiKey, recovery_phrase: this.phrase },
      (value) => {
        const { first_sync } = value as { readonly first_sync?: unknown };
        if (first_sync !== null && history === this.service.history) device.knownHistory = history;
      },
    );
    await this.drain();
  }

  /** A device that lost its keys, or came back from before it had any, is brought into the account again. */
  async joinIfNeeded(device: SimulatedDevice): Promise<void> {
    const secrets = device.secrets.read();
    const isOn = device.stateOf('sync') !== undefined;
    if (isOn && secrets.ok && secrets.value !== undefined) return;
    if (isOn) await this.value(device, 'disable_sync', {});
    await this.join(device);
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
          if (!(error instanceof Killed)) this.#violation ??= error;
        },
      )
      .finally(() => {
        this.network.pulse += 1;
        if (device.life !== life) return;
        device.syncing = undefined;
        this.stepwise.delete(device);
      });
    device.syncing = call;
  }

  /** A command that must be done now. */
  async value(device: SimulatedDevice, name: string, input: object): Promise<unknown> {
    const answer = await device.call(name, input);
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
      if (device.state === 'lost') continue;
      observe(this.oracle, device, cause);
      observeCursor(device, this.#historyByCursor);
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

  #handle(message: Message): 'carry' | 'hold' | 'refuse' | 'lose the answer' {
    const device = this.devices[message.device];
    this.trace.operation(`  ${device?.name ?? '?'} asks ${message.request.method} ${message.request.path}`);
    this.trace.note(message.request.body ?? '');
    this.#lookInto(message);
    if (this.isCalm) return 'carry';
    if (device?.isOffline === true || this.service.isDown) return 'refuse';
    if (device !== undefined && this.stepwise.has(device)) return 'hold';
    if (this.chance.permille(20)) {
      this.trace.operation('  the network loses the request');
      return 'refuse';
    }
    if (!this.chance.permille(25)) return 'carry';
    this.trace.operation('  the network will lose the answer');
    return 'lose the answer';
  }

  #lookInto(message: Message): void {
    const { request } = message;
    const isSync = request.path === '/v1/sync/upload' || request.path === '/v1/sync/download';
    if (!isSync) return;
    const body = JSON.parse(request.body ?? '{}') as { readonly batch_id?: string; readonly limit?: number };
    if (body.batch_id !== undefined && !this.#historyByBatch.has(body.batch_id))
      this.#historyByBatch.set(body.batch_id, this.service.history);
    if (body.limit !== undefined && this.#pageRecords !== undefined)
      message.request = { ...request, body: JSON.stringify({ ...body, limit: this.#pageRecords }) };
  }

  /**
   * A batch that was sent before the service went back to a backup, and arrives after: where the seq of a record is by
   * chance what it was built on, it is taken, and replaces a change of the new history. Its device finds out with its
   * next sync and sends that change again; until then it is not on the service (see the README, "What it found").
   */
  #noticeLateBatch(batchId: string): void {
    const history = this.#historyByBatch.get(batchId);
    if (history === undefined || history === this.service.history) return;
    for (const device of this.devices) device.knownHistory = -1;
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
    if (fate < 4) return this.fail('die', point.at);
    if (fate < 9) return this.fail('connection lost', point.at);
    if (fate < 20 && point.at !== 'statement') return this.fail('outcome unknown', point.at);
    return 'go on';
  }

  fail(fate: Fate, at: Point['at']): Fate {
    this.trace.operation(`  at the service, before or after a ${at}: ${fate}`);
    if (fate === 'die') this.crashService();
    return fate;
  }

  #onAnswer({ request, device }: Message, answer: Answer): void {
    if (request.path === '/v1/sync/download' && answer.status === 200) {
      const { next } = JSON.parse(answer.body) as { readonly next: string };
      this.#historyByCursor.set(next, this.service.history);
    }
    if (request.path === '/v1/sync/upload' && answer.status === 200) {
      this.#compareRepeated(request, answer);
      if (device !== NOBODY) this.uploads.push({ request, answer, history: this.service.history });
      if (this.uploads.length > UPLOADS_KEPT) this.uploads.shift();
    }
    if (request.method === 'DELETE' && request.path === '/v1/auth/api-keys' && answer.status === 200) {
      this.#onRevoked((JSON.parse(answer.body) as { readonly key_id: string }).key_id);
    }
  }

  /** A batch that came before gets the answer it got then (invariant 7). */
  #compareRepeated(request: Request, answer: Answer): void {
    const before = this.uploads.find(
      (sent) => sent.request.body === request.body && sent.history === this.service.history,
    );
    if (before === undefined || keyIdOf(before.request) !== keyIdOf(request)) return;
    if (outcomeOf(before.answer) !== outcomeOf(answer))
      this.#violation ??= new Violation(7, 'a batch that was repeated got another answer');
  }

  #onRevoked(keyId: string): void {
    const device = this.devices.find((one) => one.keyId === keyId && one.state === 'live');
    if (device === undefined) return;
    this.look();
    device.state = 'revoked';
    this.oracle.reassess(this.holdings());
  }

  /** A revocation whose answer was lost counts all the same. */
  noticeRevoked(): void {
    for (const { key_id, revoked_on } of this.service.tables.api_key.values()) {
      if (revoked_on !== null) this.#onRevoked(key_id);
    }
  }

  #judgeRefusal(device: SimulatedDevice, error: { readonly type: string; readonly code?: unknown }): void {
    const isExpected = ['Offline', 'Refused', 'SecretsMissing', 'SyncIsOff', 'SyncIsOn'].includes(error.type);
    if (!isExpected)
      this.#violation ??= new Violation(17, `${device.name} takes the service for hostile: ${error.type}`);
  }
}

const outcomeOf = ({ body }: Answer): string => {
  const { applied, rejected, conflicts } = JSON.parse(body) as {
    readonly applied: unknown;
    readonly rejected: unknown;
    readonly conflicts: readonly { readonly id: string }[];
  };
  return JSON.stringify({ applied, rejected, conflicts: conflicts.map(({ id }) => id).toSorted() });
};

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
