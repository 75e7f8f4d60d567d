/** What can be wrong with a pooler between the service and Postgres, said at the start instead of by devices that wait. */
import pg from 'pg';
import { StartProblem } from '../failures.ts';
import type { Connection, Unavailable } from './database.ts';

const NAME = 'MHB_SYNC_LISTEN_DATABASE_URL';

export const POOLER_PROBLEM = `DATABASE_URL leads to a pooler. Give the address of Postgres itself in ${NAME} too.`;

/** PgBouncer says no to what the service sets on connections of its own. */
export const isRefusedByPooler = ({ cause }: Unavailable): boolean =>
  cause instanceof Error && cause.message.includes('unsupported startup parameter');

/** Throws a `StartProblem` unless both lead to the same database. */
export const checkListening = async (pooled: Connection, listening: Connection): Promise<void> => {
  const there = await placeOf(pooled).catch(() => {
    throw new StartProblem(
      'The database does not answer. Check that it runs and that DATABASE_URL is right.',
    );
  });
  const here = await placeOf(listening).catch(() => {
    throw new StartProblem(
      `The database does not answer past the pooler. Check that it runs and that ${NAME} is right.`,
    );
  });
  if (here !== there) throw new StartProblem(`${NAME} leads to another database than DATABASE_URL.`);
};

const ANSWER_MS_MAX = 5_000;

/** A cluster has its number for life, and hands it on to its standbys; a database in it has its own. */
const placeOf = async (connection: Connection): Promise<string> => {
  const client = new pg.Client({
    ...connection,
    application_name: 'mhb-sync',
    connectionTimeoutMillis: ANSWER_MS_MAX,
    query_timeout: ANSWER_MS_MAX,
  });
  // A connection that breaks tells its listeners too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ place: string }>(
      `select concat_ws(' ', (pg_control_system()).system_identifier, oid) as place
       from pg_database where datname = current_database()`,
    );
    return rows[0]?.place ?? '';
  } finally {
    await client.end().catch(() => undefined);
  }
};
