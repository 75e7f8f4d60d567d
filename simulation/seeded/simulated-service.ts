/**
 * The real application of the service on the database in memory, asked as a device asks it. It can be stopped at any
 * statement, and goes back to older backups. Watches what every commit does (invariants 8, 9, 12 and 15).
 */
import { type AccountId, type KeyId, parseApiKey } from '@mhb/core-domain/wire';
import { createApp } from '@mhb/sync-service';
import { accounts, type Database, hashSecret, readCursor } from '@mhb/sync-service/simulation';
import { formatApiKey, KeyId as KeyIdSchema } from '@mhb/core-domain/wire';
import type { Chance } from './chance.ts';
import { type Fate, MemoryPostgres, type Point, type Session } from './postgres/memory-postgres.ts';
import { uuid } from './postgres/statement.ts';
import { emptyTables, type RecordRow, type Tables, type Write } from './postgres/tables.ts';
import { Violation } from './trace.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Backup {
  readonly tables: Tables;
  readonly chainByHead: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** One application serves all worlds of a process, one after the other: making it costs more than a short story. */
let present: Database | undefined;
let chance: Chance | undefined;
const gate: Database = {
  transaction: (isolation, body) => {
    if (present === undefined) throw new Error('a request reached a service that has no database');
    return present.transaction(isolation, body);
  },
  read: (text, values) => {
    if (present === undefined) throw new Error('a request reached a service that has no database');
    return present.read(text, values);
  },
  connections: () => ({ open: 0, idle: 0, waiting: 0 }),
  openChannel: () => ({ say: () => undefined, close: () => Promise.resolve() }),
  close: () => Promise.resolve(),
};
const application = createApp({
  logger: false,
  database: gate,
  durability: { survives: ['a simulated world'] },
  randomBytes: (length) => {
    if (chance === undefined) throw new Error('a service without a world has no chance');
    return chance.bytes(length);
  },
});

export interface ServiceWorld {
  readonly reach: (point: Point) => Fate | Promise<Fate>;
  readonly onWait: (waiting: 1 | -1) => void;
  readonly nowMs: () => number;
  /** For the keys that it makes. */
  readonly chance: Chance;
  readonly onViolation: (violation: Violation) => void;
}

export class SimulatedService {
  readonly #postgres: MemoryPostgres;
  readonly #world: ServiceWorld;
  /** Of the history that there is now: which chain stood at which head. */
  #chainByHead = new Map<string, Map<string, string>>();
  /** Keys whose revocation was answered. */
  readonly #revoked = new Set<string>();
  /** Which history this is; another one after every restore. */
  history = 0;
  isDown = false;

  constructor(world: ServiceWorld) {
    this.#world = world;
    this.#postgres = new MemoryPostgres({
      reach: world.reach,
      onWait: world.onWait,
      now: () => ({ today: new Date(world.nowMs()).toISOString().slice(0, 10), nowMs: world.nowMs() }),
      onCommit: (writes, session) => {
        this.#watch(writes, session);
      },
    });
  }

  get tables(): Tables {
    return this.#postgres.tables;
  }

  recordsOf(accountId: AccountId): readonly RecordRow[] {
    const account_id = uuid(accountId);
    return [...this.tables.record.values()].filter((row) => row.account_id === account_id);
  }

  async ask({ method, path, headers, body }: Request): Promise<Answer> {
    present = this.#postgres;
    chance = this.#world.chance;
    const answer = await (
      await application
    ).inject({
      method: method as 'GET',
      url: path,
      headers: { ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const answered = {
      status: answer.statusCode,
      body: answer.body,
      headers: {
        'content-type': answer.headers['content-type'] ?? '',
        'mhb-protocol': String(answer.headers['mhb-protocol'] ?? ''),
        ...(answer.headers['retry-after'] === undefined
          ? {}
          : { 'retry-after': answer.headers['retry-after'] }),
        date: new Date(this.#world.nowMs()).toUTCString(),
      },
    };
    this.#judge({ method, path, headers, body }, answered);
    return answered;
  }

  async newAccount(accountId: AccountId, chance: Chance): Promise<void> {
    present = this.#postgres;
    await this.#postgres.transaction('read committed', (tx) =>
      accounts.insertAccount(tx, { accountId, epoch: uuid(chance.bytes(16).toString('hex')) }),
    );
  }

  async newKey(
    accountId: AccountId,
    chance: Chance,
  ): Promise<{ readonly keyId: KeyId; readonly apiKey: string }> {
    const keyId = KeyIdSchema.parse(`${accountId}${chance.bytes(8).toString('hex')}`);
    const secret = chance.bytes(32).toString('hex');
    await this.#postgres.transaction('read committed', (tx) =>
      accounts.insertKey(tx, {
        accountId,
        keyId,
        secretHash: hashSecret(secret),
        label: 'a device',
        scopes: ['sync', 'account'],
      }),
    );
    return { keyId, apiKey: formatApiKey({ keyId, secret }) };
  }

  /** Whatever was going on ends; what was committed is there when it starts again. */
  crash(): void {
    this.#postgres.crash();
  }

  backup(): Backup {
    return { tables: this.#postgres.backup(), chainByHead: copy(this.#chainByHead) };
  }

  /** The keys that exist now stay, as an operator would see to it; records and batches are those of the backup. */
  restore({ tables, chainByHead }: Backup, newEpoch: string | undefined): void {
    const { api_key } = this.tables;
    const account = new Map(
      [...tables.account].map(([id, row]) => [
        id,
        newEpoch === undefined ? row : { ...row, epoch: newEpoch },
      ]),
    );
    this.#postgres.restore({ ...tables, account, api_key });
    this.#chainByHead = copy(chainByHead);
    this.history += 1;
  }

  /** An account with its keys and nothing in it. */
  empty(newEpoch: string): void {
    const { account, api_key, keyring } = this.tables;
    const emptied = new Map(
      [...account].map(([id, row]) => [id, { ...row, epoch: newEpoch, head: 0n, chain: Buffer.alloc(32) }]),
    );
    this.#postgres.restore({ ...emptyTables(), account: emptied, api_key, keyring });
    this.#chainByHead = new Map();
    this.history += 1;
  }

  #watch(writes: readonly Write[], session: Session): void {
    const batch = writes.find((write) => write.table === 'batch')?.row;
    const moved = writes.find((write) => write.table === 'account')?.row;
    const written = writes.flatMap((write) => (write.table === 'record' && write.row ? [write.row] : []));
    if (batch === undefined) {
      if (written.length > 0)
        this.#world.onViolation(new Violation(8, 'records were stored without their batch'));
      return;
    }
    const asked = session.asked.find(({ text }) => text.includes('left join batch'));
    if (this.#revoked.has(String(asked?.values[1])))
      this.#world.onViolation(new Violation(15, 'an upload by a revoked key was stored'));
    if (moved === undefined) {
      if (written.length > 0)
        this.#world.onViolation(new Violation(8, 'records were stored and the head did not move'));
      return;
    }
    const chains = this.#chainByHead.get(moved.account_id) ?? new Map<string, string>();
    const head = Math.max(0, ...[...chains.keys()].map(Number));
    const seqs = written.map(({ seq }) => Number(seq)).toSorted((a, b) => a - b);
    const isContiguous =
      seqs.every((seq, index) => seq === head + 1 + index) &&
      Number(moved.head) === head + seqs.length &&
      Number(batch.first_seq) === head + 1 &&
      batch.last_seq === moved.head;
    if (!isContiguous)
      this.#world.onViolation(new Violation(9, 'the seqs of a batch do not follow the head'));
    this.#chainByHead.set(moved.account_id, chains.set(String(moved.head), moved.chain.toString('hex')));
  }

  #judge(request: Request, answer: Answer): void {
    if (answer.status === 500)
      this.#world.onViolation(new Violation(20, `${request.path} was answered with a fault of the service`));
    if (answer.status !== 200) return;
    if (request.method === 'DELETE' && request.path === '/v1/auth/api-keys') {
      this.#revoked.add((JSON.parse(answer.body) as { readonly key_id: string }).key_id);
    }
    if (request.path === '/v1/sync/download') this.#judgeDownload(request);
  }

  /** A cursor is taken only where its history is part of this one. */
  #judgeDownload({ headers, body }: Request): void {
    const { since } = JSON.parse(body ?? '{}') as { readonly since: string | null };
    const place = since === null ? undefined : readCursor(since as never);
    if (place === undefined || place.head === 0n) return;
    const account = uuid(parseApiKey((headers.authorization ?? '').slice(7))?.accountId ?? '');
    const chain = this.#chainByHead.get(account)?.get(String(place.head));
    const epoch = this.tables.account.get(account)?.epoch.replaceAll('-', '');
    if (chain !== place.chain.toString('hex') || epoch !== place.epoch)
      this.#world.onViolation(new Violation(12, 'a cursor of another history was taken'));
  }
}

const copy = (chains: ReadonlyMap<string, ReadonlyMap<string, string>>): Map<string, Map<string, string>> =>
  new Map([...chains].map(([id, byHead]) => [id, new Map(byHead)]));
