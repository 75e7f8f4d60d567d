/**
 * What the service asks of a connection to Postgres: limits, and plans that are kept. On a connection of its own they
 * are set once. Behind a pooler in transaction mode each transaction may have another connection, which has served others
 * and will again: there they are set for the transaction, and nothing is left behind.
 */
import type pg from 'pg';
import type { Isolation, Plan, SqlValue } from './database.ts';

export interface Session {
  /** Said when a connection begins. */
  readonly parameters: Pick<
    pg.ClientConfig,
    'statement_timeout' | 'lock_timeout' | 'idle_in_transaction_session_timeout' | 'options'
  >;
  readonly begin: Readonly<Record<Isolation, string>>;
  readonly statementOf: (text: string, values: readonly SqlValue[], plan: Plan | undefined) => pg.QueryConfig;
  /** One statement that is a transaction of its own. */
  readonly read: (client: pg.ClientBase, statement: pg.QueryConfig) => Promise<pg.QueryResult>;
}

const STATEMENT_TIMEOUT_MS = 20_000;
const LOCK_TIMEOUT_MS = 10_000;

const begin: Session['begin'] = {
  'read committed': 'begin isolation level read committed',
  snapshot: 'begin isolation level repeatable read read only',
};

/** Postgres keeps a plan under a name; each text has its own. */
const nameByText = new Map<string, string>();

export const ownSession: Session = {
  parameters: {
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    // A plan made while a table was tiny would read all of it for ever after.
    options: '-c enable_seqscan=off',
  },
  begin,
  statementOf: (text, values, plan) => {
    if (plan === undefined) return { text, values: [...values] };
    const name = nameByText.get(text) ?? `statement_${String(nameByText.size)}`;
    nameByText.set(text, name);
    return { name, text, values: [...values] };
  },
  read: (client, statement) => client.query(statement),
};

/** Statements of one message are one way to Postgres and back. */
const limited = (text: string): string =>
  [
    text,
    `set local statement_timeout = ${String(STATEMENT_TIMEOUT_MS)}`,
    `set local lock_timeout = ${String(LOCK_TIMEOUT_MS)}`,
    `set local idle_in_transaction_session_timeout = ${String(STATEMENT_TIMEOUT_MS)}`,
    'set local enable_seqscan = off',
  ].join('; ');

export const pooledSession: Session = {
  // A pooler refuses to begin with any that it does not know.
  parameters: {},
  begin: { 'read committed': limited(begin['read committed']), snapshot: limited(begin.snapshot) },
  // A name would be looked for on whichever connection comes next.
  statementOf: (text, values) => ({ text, values: [...values] }),
  read: async (client, statement) => {
    // Sent together. Where the statement fails, COMMIT takes the transaction back, and the connection is as it was.
    const [, answered] = await Promise.all([
      client.query(pooledSession.begin.snapshot),
      client.query(statement),
      client.query('commit'),
    ]);
    return answered;
  },
};
