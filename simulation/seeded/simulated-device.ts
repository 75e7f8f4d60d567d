/**
 * One device of a simulated world: the real device code on SQLite in memory, with a clock of its own, that can be
 * killed at any transaction and brought back from an older copy of itself.
 */
import { TimeZone } from '@mhb/core-domain';
import { type CommandAnswer, connectSyncApi, type Device, openDevice } from '@mhb/device';
import {
  type Database,
  type MemoryDatabase,
  openSqliteImage,
  secretsInMemory,
  sql,
  type Transaction,
} from '@mhb/device/testing';
import { Chance } from './chance.ts';
import type { Edit, Holding } from './oracle.ts';

/** Its process ended in the middle of what it did. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** A record as a device shows it, read from beside it. */
export interface Shown {
  readonly kind: string;
  readonly text: string;
  /** By name, as canonical JSON. */
  readonly groups: ReadonlyMap<string, string>;
}

/** Everything that stands on a device's disk, and what its person knows of it. */
export interface Copy {
  readonly image: Buffer;
  readonly shown: ReadonlyMap<string, Shown>;
  readonly knows: ReadonlyMap<string, readonly Edit[]>;
}

/** Where a transaction is to be the last thing a process does: before or after it commits, and which one. */
export interface KillPoint {
  readonly transactions: number;
  readonly isCommitted: boolean;
}

export interface DevicePlace {
  readonly number: number;
  readonly seed: number;
  readonly temporaryFolder: string;
  /** What the time really is. */
  readonly nowMs: () => number;
}

const NO_FOLDER = '/dev/null/there-is-no-such-folder';

/** A device that was opened once and never used: its tables are made, and it has no id yet. */
let pristine: Buffer | undefined;

export class SimulatedDevice {
  readonly number: number;
  readonly #place: DevicePlace;
  readonly #secrets = secretsInMemory();
  #database: MemoryDatabase | undefined;
  #device: Device | undefined;
  /** How often it was opened: randomness begins anew each time, as the operating system's does. */
  life = 0;
  /** How wrong its clock is. */
  clockOffsetMs = 0;
  state: 'live' | 'revoked' | 'lost' = 'live';
  isOffline = false;
  /** The sync that is going on. */
  syncing: Promise<void> | undefined;
  /** While it was told to do something with the service, if only to turn sync on. */
  mayAsk = false;
  /** Whether somebody has to look at it again. */
  mayHaveChanged = false;
  /** The history it has synced with completely. */
  knownHistory = -1;
  killPoint: KillPoint | undefined;
  /** As they were when somebody last looked. */
  shown = new Map<string, Shown>();
  /** Per record and group, what it has shown and nothing later has replaced. */
  knows = new Map<string, readonly Edit[]>();
  /** How far it has read, and which history of the service that was in. */
  cursor: { readonly text: string; readonly seq: bigint; readonly history: number } | undefined;
  /** What its last sync answered. */
  lastOutcome = '';
  apiKey = '';
  keyId = '';

  constructor(place: DevicePlace) {
    this.#place = place;
    this.number = place.number;
  }

  get name(): string {
    return `device ${String(this.number)}`;
  }

  /** As its stamps end. */
  get id(): string {
    return this.#device?.id ?? '';
  }

  get secrets() {
    return this.#secrets;
  }

  get database(): Database {
    if (this.#database === undefined) throw new Error(`${this.name} is not open`);
    return this.#database;
  }

  /** When it was last looked at, by the true time. */
  observedAtMs = 0;

  trueNowMs(): number {
    return this.#place.nowMs();
  }

  nowMs(): number {
    return this.#place.nowMs() + this.clockOffsetMs;
  }

  async open(image?: Buffer): Promise<void> {
    this.life += 1;
    const random = new Chance(this.#place.seed, 'device', this.number, this.life);
    const database = openSqliteImage(image ?? pristine);
    this.#database = database;
    this.killPoint = undefined;
    const opened = await openDevice({
      databasePath: ':memory:',
      openDatabase: () => this.#killable(database),
      clock: { nowMs: () => this.nowMs() },
      timeZone: () => TimeZone.parse('Europe/Berlin'),
      randomBytes: (length) => random.bytes(length),
      connect: (server) =>
        connectSyncApi({ ...server, url: `https://device-${String(this.number)}-${String(this.life)}.test` }),
      temporaryFolder: this.#place.temporaryFolder,
      // Its copies of itself are kept by the world, not by files.
      backupFolder: NO_FOLDER,
      openSecrets: () => Promise.resolve(this.#secrets),
      onProgress: () => undefined,
    });
    if (!opened.ok) throw new Error(`${this.name} did not open: ${opened.error.type}`);
    this.#device = opened.value;
  }

  call(name: string, input: unknown): Promise<CommandAnswer> {
    if (this.#device === undefined) throw new Error(`${this.name} is not open`);
    return this.#device.call(name, input);
  }

  exportJson(): string {
    return this.#device?.exportJson() ?? '';
  }

  copy(): Copy {
    if (this.#database === undefined) throw new Error(`${this.name} is not open`);
    return { image: this.#database.image(), shown: new Map(this.shown), knows: new Map(this.knows) };
  }

  /** The process ends and starts again on what is on disk: on its own, or on an older copy. */
  async restart(copy?: Copy): Promise<void> {
    const image = copy?.image ?? this.#database?.image();
    this.close();
    if (copy !== undefined) {
      this.shown = new Map(copy.shown);
      this.knows = new Map(copy.knows);
      this.cursor = undefined;
    }
    await this.open(image);
    this.mayHaveChanged = true;
  }

  close(): void {
    this.#device?.close();
    this.#device = undefined;
    this.#database = undefined;
    this.syncing = undefined;
    this.mayAsk = false;
  }

  /** What it shows, per record and group. */
  holding(): Holding {
    return new Map([...this.shown].map(([id, { groups }]) => [id, groups]));
  }

  count(table: 'outbox' | 'outgoing' | 'own_batch' | 'quarantine'): number {
    return (
      this.database.get<{ count: number }>({ text: `select count(*) as count from ${table}`, values: [] })
        ?.count ?? 0
    );
  }

  stateOf(name: string): string | undefined {
    return this.database.get<{ value: string }>(sql`select value from device_state where name = ${name}`)
      ?.value;
  }

  /** The same database, whose process can be killed at its transactions. */
  #killable(database: MemoryDatabase): Database {
    return {
      ...database,
      transaction: <Value>(body: (tx: Transaction) => Value): Value => {
        // The port asks for a body without promises, and this one is the caller's.
        const run = (): Value => database.transaction(body as never);
        if (this.killPoint === undefined) return run();
        const { transactions, isCommitted } = this.killPoint;
        this.killPoint = { transactions: transactions - 1, isCommitted };
        if (transactions > 0) return run();
        if (isCommitted) run();
        throw new Killed();
      },
    };
  }
}

/** Makes what every device of every world begins as. */
export const preparePristine = async (): Promise<void> => {
  if (pristine !== undefined) return;
  const first = new SimulatedDevice({ number: 0, seed: 0, temporaryFolder: NO_FOLDER, nowMs: () => 0 });
  await first.open();
  first.database.transaction((tx) => tx.run(sql`delete from device_state`));
  pristine = first.copy().image;
  first.close();
};
