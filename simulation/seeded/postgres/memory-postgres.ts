/**
 * The gate to a database that lives in memory and can die between any two statements. It knows exactly the statements
 * of the service; the contract test holds each of them against real Postgres (memory-postgres.contract.test.ts).
 *
 *   begin ─► statement ─► statement ─► commit ─► committed ─► answer
 *         ▲             ▲           ▲          ▲            ▲
 *         └─────────────┴───────────┴──────────┴────────────┴── the world may pause or end it here
 */
import {
  type Database,
  type Isolation,
  OutcomeUnknown,
  type SqlValue,
  type Transaction,
  Unavailable,
} from '@mhb/sync-service/simulation';
import { accountStatements } from './account-statements.ts';
import { deviceStatements } from './device-statements.ts';
import { mailboxStatements } from './mailbox-statements.ts';
import { recordStatements } from './record-statements.ts';
import { RowLocks } from './row-locks.ts';
import { type Effect, type Now, plain, PostgresError, type Statement } from './statement.ts';
import { copyTables, emptyTables, type Tables, View, type Write } from './tables.ts';

const statements = new Map<string, Statement>(
  [...accountStatements, ...deviceStatements, ...mailboxStatements, ...recordStatements].map((statement) => [
    plain(statement.text),
    statement,
  ]),
);
const statementByText = new Map<string, Statement>();

const statementOf = (text: string): Statement => {
  const known = statementByText.get(text) ?? statements.get(plain(text));
  if (known === undefined) throw new Error(`the simulation does not know this statement: ${plain(text)}`);
  statementByText.set(text, known);
  return known;
};

/** What the world lets happen at one point of a transaction. */
export type Fate = 'go on' | 'die' | 'connection lost' | 'outcome unknown';

export interface Point {
  readonly at: 'statement' | 'commit' | 'committed';
  readonly session: Session;
}

export interface Session {
  readonly number: number;
  readonly isolation: Isolation;
  /** What was asked, in order; the values say whose request it is. */
  readonly asked: { readonly text: string; readonly values: readonly SqlValue[] }[];
}

export interface World {
  /** A promise where the transaction has to wait there; 'die' is for ever. */
  readonly reach: (point: Point) => Fate | Promise<Fate>;
  readonly now: () => Now;
  /** After the writes of a transaction became visible to all. */
  readonly onCommit: (writes: readonly Write[], session: Session) => void;
  /** A transaction has to wait for somebody else's lock, or need not wait any longer. */
  readonly onWait: (waiting: 1 | -1) => void;
}

interface OpenSession extends Session {
  readonly snapshot: Tables | undefined;
  readonly writes: Map<string, Write>;
  readonly life: number;
  /** The end of what was sent so far: statements run one after the other, whoever waits for them. */
  tail: Promise<unknown>;
  /** What the first statement that failed answered; those behind it are refused. */
  failure: Error | undefined;
}

const FAILED_TRANSACTION = '25P02';
const RETRIES_MAX = 3;
/** One for each who waits: a promise that all of them waited for would keep their worlds in memory. */
const forever = (): Promise<never> => new Promise(() => undefined);

export class MemoryPostgres implements Database {
  readonly #world: World;
  #tables: Tables = emptyTables();
  #locks = new RowLocks<OpenSession>();
  #snapshots = 0;
  #life = 0;
  #sessions = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** What is committed. */
  get tables(): Tables {
    return this.#tables;
  }

  /** Every transaction that is open ends without a trace, and whoever waits for it waits in vain. */
  crash(): void {
    this.#life += 1;
    this.#locks = new RowLocks();
    this.#snapshots = 0;
  }

  backup(): Tables {
    return copyTables(this.#tables);
  }

  /** In place of everything that is there. */
  restore(backup: Tables): void {
    this.crash();
    this.#tables = copyTables(backup);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** It is no process that one connects to. */
  connections(): ReturnType<Database['connections']> {
    return { open: 0, idle: 0, waiting: 0 };
  }

  /** There is one instance, and nobody else to hear it. */
  openChannel(): ReturnType<Database['openChannel']> {
    return { say: () => undefined, close: () => Promise.resolve() };
  }

  read<Row>(text: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.transaction('read committed', (tx) => tx.query<Row>(text, values));
  }

  async transaction<Value>(isolation: Isolation, body: (tx: Transaction) => Promise<Value>): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#runOnce(isolation, body);
      } catch (error) {
        if (!(error instanceof PostgresError) || error.code !== '40P01') throw error;
        if (attempt === RETRIES_MAX) throw new Unavailable();
      }
    }
  }

  async #runOnce<Value>(isolation: Isolation, body: (tx: Transaction) => Promise<Value>): Promise<Value> {
    const session: OpenSession = {
      number: (this.#sessions += 1),
      isolation,
      asked: [],
      snapshot: isolation === 'snapshot' ? this.#tables : undefined,
      writes: new Map(),
      life: this.#life,
      tail: Promise.resolve(),
      failure: undefined,
    };
    if (isolation === 'snapshot') this.#snapshots += 1;
    try {
      const value = await body({
        // Which row a statement answers is its author's claim, as it is with the real gate.
        query: async <Row>(text: string, values: readonly SqlValue[] = []) =>
          (await this.#send(session, text, values)) as readonly Row[],
        send: (text, values = []) => {
          this.#send(session, text, values).catch(() => undefined);
        },
      });
      await this.#commit(session);
      return value;
    } catch (error) {
      // The statement that failed says why those behind it were refused.
      throw error instanceof PostgresError && error.code === FAILED_TRANSACTION ? session.failure : error;
    } finally {
      if (session.life === this.#life) {
        this.#locks.release(session);
        if (isolation === 'snapshot') this.#snapshots -= 1;
      }
    }
  }

  #send(session: OpenSession, text: string, values: readonly SqlValue[]): Promise<Effect['rows']> {
    const answered = session.tail.then(() => this.#query(session, text, values));
    session.tail = answered.catch((error: unknown) => {
      session.failure ??= error instanceof Error ? error : new Error('a statement failed', { cause: error });
    });
    return answered;
  }

  async #query(session: OpenSession, text: string, values: readonly SqlValue[]): Promise<Effect['rows']> {
    if (session.failure !== undefined) throw new PostgresError(FAILED_TRANSACTION);
    session.asked.push({ text, values });
    await this.#reach('statement', session);
    const statement = statementOf(text);
    for (;;) {
      const view = new View(session.snapshot ?? this.#tables, session.writes);
      const { rows, writes = [], locks = [] } = statement.run(view, values, this.#world.now());
      if (session.isolation === 'snapshot' && writes.length > 0) throw new PostgresError('25006');
      const waiting = this.#locks.take(session, [
        ...locks,
        ...writes.map(({ table, key }) => `${table} ${key}`),
      ]);
      if (waiting === undefined) {
        for (const write of writes) session.writes.set(`${write.table} ${write.key}`, write);
        return rows;
      }
      // Read again afterwards, as READ COMMITTED does with a row that somebody else has just changed.
      this.#world.onWait(1);
      await waiting;
      // The service died between the lock and whoever it was given to: that one must not take it with it.
      if (session.life !== this.#life) return forever();
      this.#world.onWait(-1);
    }
  }

  async #commit(session: OpenSession): Promise<void> {
    await session.tail;
    // COMMIT went out behind a statement that nobody waited for: a lost connection leaves its outcome open.
    if (session.failure instanceof Unavailable) throw new OutcomeUnknown();
    if (session.failure !== undefined) throw session.failure;
    const fate = await this.#reach('commit', session);
    const writes = [...session.writes.values()];
    if (fate === 'outcome unknown') throw new OutcomeUnknown();
    if (writes.length > 0) {
      // Whoever reads a snapshot goes on reading it.
      if (this.#snapshots > 0) this.#tables = copyTables(this.#tables);
      for (const write of writes) apply(this.#tables, write);
      this.#world.onCommit(writes, session);
    }
    this.#locks.release(session);
    if ((await this.#reach('committed', session)) === 'outcome unknown') throw new OutcomeUnknown();
  }

  async #reach(at: Point['at'], session: OpenSession): Promise<Fate> {
    const reached = this.#world.reach({ at, session });
    const fate = typeof reached === 'string' ? reached : await reached;
    if (session.life !== this.#life || fate === 'die') return forever();
    if (fate === 'connection lost') throw at === 'statement' ? new Unavailable() : new OutcomeUnknown();
    return fate;
  }
}

const apply = (tables: Tables, { table, key, row }: Write): void => {
  // A write names its table and carries a row of it.
  const rows = tables[table] as Map<string, unknown>;
  if (row === undefined) rows.delete(key);
  else rows.set(key, row);
};
