/** What `mhb-sync doctor` asks the database: whether it is there, new enough, safe, ours, and of the same time as we. */
import { type Connection, openDatabase, type Database, Unavailable } from '../database/database.ts';
import { checkDurability, UnsafeDatabase } from '../database/durability.ts';
import { runningConnection } from '../database/embedded.ts';
import { countMigrations, NEWER_MIGRATIONS_MAX } from '../database/migrate.ts';
import { checkListening, isRefusedByPooler, POOLER_PROBLEM } from '../database/pooler.ts';
import type { Check } from './doctor.ts';
import { StartProblem } from '../failures.ts';

/** `url` is undefined for the embedded one of the folder, which is looked at only while it runs. */
export const lookAtDatabase = async (
  url: string | undefined,
  dataDir: string,
  listenUrl?: string,
): Promise<readonly Check[]> => {
  const connection: Connection | undefined =
    url === undefined ? runningConnection(dataDir) : { connectionString: url };
  if (connection === undefined) {
    const message = 'The embedded Postgres does not run. It is looked at while mhb-sync serve runs.';
    return [{ check: 'database', state: 'ok', message }];
  }
  const listening = listenUrl === undefined ? undefined : { connectionString: listenUrl };
  const database = openDatabase(connection, listening);
  try {
    return [
      await lookAtServer(database),
      ...(url === undefined ? [] : [await lookAtItsClock(database)]),
      await lookAtDurability(database),
      await lookAtShape(database),
      ...(listening === undefined ? [] : [await lookAtListening(connection, listening)]),
    ];
  } catch (error) {
    if (error instanceof Unavailable && isRefusedByPooler(error))
      return [{ check: 'database', state: 'problem', message: POOLER_PROBLEM }];
    const message =
      'The database does not answer. Check that it runs, that its address and password in DATABASE_URL are right, and that it lets this computer in (pg_hba.conf).';
    return [{ check: 'database', state: 'problem', message }];
  } finally {
    await database.close();
  }
};

const lookAtListening = async (pooled: Connection, listening: Connection): Promise<Check> => {
  const check = 'database';
  try {
    await checkListening(pooled, listening);
    return { check, state: 'ok', message: 'Past the pooler it is the same database.' };
  } catch (error) {
    if (error instanceof StartProblem) return { check, state: 'problem', message: error.message };
    throw error;
  }
};

/** The oldest that the service is tried with. */
const POSTGRES_MAJOR_MIN = 15;

const lookAtServer = async (database: Database): Promise<Check> => {
  const [found] = await database.read<{
    readonly version: string;
    readonly mb: string;
    readonly is_utf8: boolean;
  }>(
    `select current_setting('server_version') as version,
       (pg_database_size(current_database()) / 1048576)::text as mb,
       current_setting('server_encoding') = 'UTF8' as is_utf8`,
    [],
  );
  const { version = '', mb = '', is_utf8 = false } = found ?? {};
  const message = `It is Postgres ${version}; the database has ${mb} MB.`;
  const check = 'database';
  if (Number.parseInt(version, 10) < POSTGRES_MAJOR_MIN)
    return { check, state: 'problem', message: `${message} Take ${String(POSTGRES_MAJOR_MIN)} or newer.` };
  if (!is_utf8)
    return {
      check,
      state: 'problem',
      message: `${message} It is not in UTF-8. Make one with encoding 'UTF8'.`,
    };
  return { check, state: 'ok', message };
};

/** Days of last use come from the database's clock, validity of certificates from ours. */
const DRIFT_S_MAX = 60;

const lookAtItsClock = async (database: Database): Promise<Check> => {
  const before = Date.now();
  const [found] = await database.read<{ readonly ms: string }>(
    'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms',
    [],
  );
  const theirs = Number(found?.ms);
  // It was read some time between the question and the answer.
  const drift_s = Math.round(Math.max(before - theirs, theirs - Date.now(), 0) / 1_000);
  return drift_s <= DRIFT_S_MAX
    ? { check: 'clock', state: 'ok', message: 'The clock agrees with that of the database.' }
    : {
        check: 'clock',
        state: 'problem',
        message: `The clock differs from that of the database by ${String(drift_s)} seconds. Keep both right with NTP.`,
      };
};

const lookAtDurability = async (database: Database): Promise<Check> => {
  const check = 'database';
  try {
    const { survives } = await checkDurability(database);
    const message = `An acknowledged change survives ${survives.join(', ')}.`;
    return survives.includes('a power failure')
      ? { check, state: 'ok', message }
      : {
          check,
          state: 'warning',
          message: `${message} Turn synchronous_commit and full_page_writes on, so that it survives a power failure.`,
        };
  } catch (error) {
    if (error instanceof UnsafeDatabase) return { check, state: 'problem', message: error.message };
    throw error;
  }
};

const lookAtShape = async (database: Database): Promise<Check> => {
  const check = 'database';
  const [found] = await database.read<{ readonly is_there: boolean; readonly may_make: boolean }>(
    `select to_regclass('migration') is not null as is_there,
       coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_make`,
    [],
  );
  if (found?.may_make !== true) {
    const message =
      'The role of the service may not make tables. Make it the owner: alter database … owner to …; alter schema public owner to ….';
    return { check, state: 'problem', message };
  }
  if (!found.is_there)
    return { check, state: 'ok', message: 'It is empty. mhb-sync serve makes the tables.' };
  const [ran] = await database.read<{ readonly number: number }>(
    'select coalesce(max(number), 0) as number from migration',
    [],
  );
  const [theirs, ours] = [ran?.number ?? 0, countMigrations()];
  if (theirs > ours && theirs <= ours + NEWER_MIGRATIONS_MAX) {
    const message = `Its tables are of version ${String(theirs)}, this service knows ${String(ours)} and runs on them. Update it when the others are.`;
    return { check, state: 'warning', message };
  }
  if (theirs > ours) {
    const message = `Its tables are of version ${String(theirs)}, this service knows ${String(ours)}. Update the service.`;
    return { check, state: 'problem', message };
  }
  const message =
    theirs < ours
      ? `Its tables are of version ${String(theirs)}. mhb-sync serve brings them to ${String(ours)}.`
      : `Its tables are of version ${String(theirs)}, the newest.`;
  return { check, state: 'ok', message };
};
