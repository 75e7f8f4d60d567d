/**
 * A database that asks Postgres, before each statement and in the same transaction, how it runs it: once with a plan for
 * these parameters and once with one for any. It is run for that and taken back, so what is planned is what happens.
 */
import pg from 'pg';
import type { Database, SqlValue, Transaction } from './database.ts';

/** A node of EXPLAIN (format json); those below it are in it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

const modes = ['force_custom_plan', 'force_generic_plan'] as const;

export interface Explained {
  readonly text: string;
  readonly mode: (typeof modes)[number];
  readonly values: readonly SqlValue[];
  /** All of its nodes. */
  readonly nodes: readonly PlanNode[];
}

export const explainStatements = (
  database: Database,
): { readonly database: Database; readonly explained: readonly Explained[] } => {
  const explained: Explained[] = [];
  const look = (tx: Transaction, text: string, values: readonly SqlValue[] = []): void => {
    for (const mode of modes) {
      tx.send('savepoint looked');
      tx.send(`set local plan_cache_mode = ${mode}`);
      tx.send(`prepare looked as ${text}`);
      const execute = `execute looked ${values.length === 0 ? '' : `(${values.map(literal).join(', ')})`}`;
      void tx
        .query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
          `explain (analyze, timing off, costs off, format json) ${execute}`,
        )
        .then(([row]) => {
          explained.push({ text, mode, values, nodes: nodesOf(row!['QUERY PLAN'][0]!.Plan) });
        })
        // The transaction fails with it.
        .catch(() => undefined);
      tx.send('rollback to savepoint looked');
      tx.send('deallocate looked');
    }
  };
  return {
    explained,
    database: {
      ...database,
      transaction: (isolation, body) =>
        database.transaction(isolation, (tx) =>
          body({
            query: (text, values, plan) => {
              look(tx, text, values);
              return tx.query(text, values, plan);
            },
            send: (text, values, plan) => {
              look(tx, text, values);
              tx.send(text, values, plan);
            },
          }),
        ),
      read: async (text, values, plan) => {
        await database.transaction('snapshot', (tx) => {
          look(tx, text, values);
          return Promise.resolve();
        });
        return database.read(text, values, plan);
      },
    },
  };
};

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const literal = (value: SqlValue): string => {
  if (value === null) return 'null';
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  if (typeof value === 'object')
    return pg.escapeLiteral(`{${value.map((one) => `"${String(one)}"`).join(',')}}`);
  return pg.escapeLiteral(String(value));
};
