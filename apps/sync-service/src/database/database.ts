/**
 * The one gate to Postgres: a pool, and transactions whose outcome is never guessed. What the database can do to us
 * comes out as one of two things a device can act on: not available, or outcome unknown (rule D4).
 */
import { Socket } from 'node:net';
import pg from 'pg';
import { type Channel, type Listeners, openChannel } from './channel.ts';
import { ownSession, pooledSession, type Session } from './session.ts';

/** Nothing happened; the same request may be sent again. What kept us from a connection is its cause. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** COMMIT was sent and not answered as it should be: the change may be stored, or not. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

export type SqlValue =
  string | number | bigint | boolean | null | Buffer | readonly (string | number | bigint)[];

/**
 * Postgres reads and plans a statement anew each time, for the tables as they are, which for a small one costs more than
 * running it. A plan that is kept serves a connection from then on, however the tables grow: so only what can be run in
 * one way alone asks for it, a write, or a look-up by a whole key that has no second index.
 */
export type Plan = 'kept';

export interface Transaction {
  /** Statements go out at once and run one after the other; whoever needs an answer waits for it. */
  readonly query: <Row>(text: string, values?: readonly SqlValue[], plan?: Plan) => Promise<readonly Row[]>;
  /** A statement whose answer nobody needs. Where it fails, nothing is committed and the transaction fails with it. */
  readonly send: (text: string, values?: readonly SqlValue[], plan?: Plan) => void;
}

/** READ COMMITTED sees what others committed before each statement; a snapshot sees one moment throughout. */
export type Isolation = 'read committed' | 'snapshot';

export interface Database {
  readonly transaction: <Value>(
    isolation: Isolation,
    body: (tx: Transaction) => Promise<Value>,
  ) => Promise<Value>;
  /** One statement that reads, and is a transaction of its own. */
  readonly read: <Row>(text: string, values: readonly SqlValue[], plan?: Plan) => Promise<readonly Row[]>;
  /** What the instances on this database say to each other. */
  readonly openChannel: (name: string, listeners: Listeners) => Channel;
  /** How many connections there are, how many of them do nothing, and how many transactions wait for one. */
  readonly connections: () => Connections;
  readonly close: () => Promise<void>;
}

export interface Connections {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface DatabaseDep {
  readonly database: Database;
}

const POOL_MAX = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Two transactions that waited for each other; one is told to try again. */
const RETRIES_MAX = 3;

/** Where a database is, and as whom. */
export type Connection = Pick<pg.PoolConfig, 'connectionString' | 'host' | 'port' | 'user' | 'database'>;

/** `listening` is where LISTEN can be said, where `connection` leads through a pooler in transaction mode. */
export const openDatabase = (connection: Connection, listening?: Connection): Database => {
  const session = listening === undefined ? ownSession : pooledSession;
  const pool = new pg.Pool({
    ...connection,
    ...session.parameters,
    pipeline: true,
    stream: gatheringSocket,
    max: POOL_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'mhb-sync',
  });
  // A connection that breaks while idle is replaced at its next use; without a listener it would end the process.
  pool.on('error', ignore);

  const withRetries = async <Value>(run: () => Promise<Value>): Promise<Value> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run();
      } catch (error) {
        if (!isContention(error)) throw error;
        if (attempt === RETRIES_MAX) throw new Unavailable();
      }
    }
  };
  return {
    transaction: (isolation, body) => withRetries(() => runOnce({ pool, session }, isolation, body)),
    read: <Row>(text: string, values: readonly SqlValue[], plan?: Plan) =>
      withRetries(() => readOnce<Row>({ pool, session }, session.statementOf(text, values, plan))),
    openChannel: (name, listeners) => openChannel(listening ?? connection, name, listeners),
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
};

interface Pooled {
  readonly pool: pg.Pool;
  readonly session: Session;
}

const runOnce = async <Value>(
  { pool, session }: Pooled,
  isolation: Isolation,
  body: (tx: Transaction) => Promise<Value>,
): Promise<Value> => {
  const client = await connect(pool);
  // A connection that breaks between two statements tells nobody but its listeners; the next statement fails.
  client.on('error', ignore);
  let broken = false;
  const sent: Promise<pg.QueryResult>[] = [];
  const send = (text: string, values: readonly SqlValue[] = [], plan?: Plan): Promise<pg.QueryResult> => {
    const answered = client.query(session.statementOf(text, values, plan));
    // A statement that nobody waits for tells of its failure at the COMMIT.
    answered.catch(ignore);
    sent.push(answered);
    return answered;
  };
  try {
    void send(session.begin[isolation]);
    const value = await body({
      query: async <Row>(text: string, values?: readonly SqlValue[], plan?: Plan) =>
        (await send(text, values, plan)).rows as readonly Row[],
      send: (text, values, plan) => void send(text, values, plan),
    });
    await commit(client, sent);
    return value;
  } catch (error) {
    broken = !(await rollback(client));
    throw outward(await reasonOf(error, sent));
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
};

/** Behind a statement that failed all others are refused; the one that failed says why. */
const reasonOf = async (error: unknown, sent: readonly Promise<pg.QueryResult>[]): Promise<unknown> => {
  if (codeOf(error) !== '25P02') return error;
  return Promise.all(sent).then(
    () => error,
    (reason: unknown) => reason,
  );
};

const readOnce = async <Row>(
  { pool, session }: Pooled,
  statement: pg.QueryConfig,
): Promise<readonly Row[]> => {
  const client = await connect(pool);
  client.on('error', ignore);
  let broken = false;
  try {
    return (await session.read(client, statement)).rows as readonly Row[];
  } catch (error) {
    broken = !(error instanceof pg.DatabaseError);
    throw outward(error);
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
};

const ignore = (): void => undefined;

/** Statements that are sent together leave together: a call of the system costs as much as a small statement. */
const gatheringSocket = (): Socket => {
  const socket = new Socket();
  const uncork = socket.uncork.bind(socket);
  socket.uncork = () => {
    process.nextTick(uncork);
  };
  return socket;
};

/** Whatever keeps us from a connection, no request is to blame for it. */
const connect = async (pool: pg.Pool): Promise<pg.PoolClient> => {
  try {
    return await pool.connect();
  } catch (error) {
    throw new Unavailable(undefined, { cause: error });
  }
};

/**
 * COMMIT goes out with the statements before it, and its answer decides: whatever breaks the connection from here on,
 * the transaction may have been stored. A warning means that a standby did not confirm; it is no success (rule D4).
 */
const commit = async (client: pg.PoolClient, sent: readonly Promise<pg.QueryResult>[]): Promise<void> => {
  const notices: (string | undefined)[] = [];
  const onNotice = ({ code }: { readonly code?: string | undefined }): void => {
    notices.push(code);
  };
  client.on('notice', onNotice);
  const command = await commandOf(client.query('commit')).finally(() => client.off('notice', onNotice));
  if (command !== 'COMMIT') {
    // A transaction that had already failed answers COMMIT with ROLLBACK; the statement that failed says why.
    await Promise.all(sent);
    throw new Unavailable();
  }
  if (notices.includes('01000')) throw new OutcomeUnknown();
};

const commandOf = async (committed: Promise<pg.QueryResult>): Promise<string> => {
  try {
    return (await committed).command;
  } catch (error) {
    throw isContention(error) ? error : new OutcomeUnknown();
  }
};

/** False where the connection is of no use any more. */
const rollback = async (client: pg.PoolClient): Promise<boolean> => {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
};

const outward = (error: unknown): unknown => {
  if (error instanceof Unavailable || error instanceof OutcomeUnknown || isContention(error)) return error;
  return isOurBug(error) ? error : new Unavailable();
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Serialisation failure, deadlock, lock timeout. */
const isContention = (error: unknown): boolean => ['40001', '40P01', '55P03'].includes(codeOf(error));

/**
 * Syntax, types, constraints (classes 22, 23, 42) and our own exceptions. Everything else is the database being away,
 * full, read-only or going down.
 */
const isOurBug = (error: unknown): boolean => {
  const code = codeOf(error);
  if (/^(?:22|23|42)/.test(code)) return true;
  const isFromDatabase = error instanceof pg.DatabaseError || /^E[A-Z]+$/.test(code);
  return (
    !isFromDatabase && !/[Cc]onnection|timeout|terminat/.test(error instanceof Error ? error.message : '')
  );
};
