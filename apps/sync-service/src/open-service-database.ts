/** Opens the database of the service, embedded or external, ready to be used: migrated, and safe to promise on. */
import { setTimeout as wait } from 'node:timers/promises';
import { ownFolder, prepareFolder } from './data-folder.ts';
import { type Connection, type Database, openDatabase, Unavailable } from './database/database.ts';
import { checkDurability, type Durability, UnsafeDatabase } from './database/durability.ts';
import { type EmbeddedPostgres, runningConnection, startEmbedded } from './database/embedded.ts';
import type { Purpose } from './database/folder-lock.ts';
import { migrate, NewerDatabase } from './database/migrate.ts';
import { checkListening, isRefusedByPooler, POOLER_PROBLEM } from './database/pooler.ts';
import { StartProblem } from './failures.ts';

export interface ServiceDatabase {
  readonly database: Database;
  readonly durability: Durability;
  readonly close: () => Promise<void>;
}

export interface DatabaseChoice {
  /** The external database, or `undefined` for the embedded one in `dataDir`. */
  readonly url: string | undefined;
  /** The same database past a pooler in transaction mode, where `url` leads through one. */
  readonly listenUrl?: string | undefined;
  readonly dataDir: string;
  readonly purpose: Purpose;
  readonly say: (words: string) => void;
}

export const openServiceDatabase = async (choice: DatabaseChoice): Promise<ServiceDatabase> => {
  const { url, listenUrl } = choice;
  if (url !== undefined) {
    const listening = listenUrl === undefined ? undefined : { connectionString: listenUrl };
    // A command listens to nobody.
    if (listening !== undefined && choice.purpose === 'serve')
      await checkListening({ connectionString: url }, listening);
    return useDatabase({ connectionString: url }, () => Promise.resolve(), listening);
  }

  const folder = prepareFolder(choice.dataDir);
  const release = await ownFolder(folder, choice.purpose);
  if (release === undefined) return useDatabase(await connectionOfService(folder), () => Promise.resolve());
  let postgres: EmbeddedPostgres | undefined;
  try {
    postgres = await startEmbedded(folder, choice.say);
    const { connection, stop } = postgres;
    return await useDatabase(connection, async () => {
      await stop();
      release();
    });
  } catch (error) {
    await postgres?.stop();
    release();
    throw error;
  }
};

const useDatabase = async (
  connection: Connection,
  stop: () => Promise<void>,
  listening?: Connection,
): Promise<ServiceDatabase> => {
  const database = openDatabase(connection, listening);
  try {
    // First, so that a database which is refused is left as it is, and a standby is not mistaken for one that is away.
    const durability = await checkDurability(database);
    await migrate(database);
    return {
      database,
      durability,
      close: async () => {
        await database.close();
        await stop();
      },
    };
  } catch (error) {
    await database.close();
    if (error instanceof UnsafeDatabase || error instanceof NewerDatabase)
      throw new StartProblem(error.message);
    if (error instanceof Unavailable) {
      if (isRefusedByPooler(error)) throw new StartProblem(POOLER_PROBLEM);
      throw new StartProblem(
        'The database does not answer. Check that it runs and that DATABASE_URL is right.',
      );
    }
    throw error;
  }
};

const STEP_MS = 100;
const WAIT_MS = 60_000;

/** A service that is just starting is waited for. */
const connectionOfService = async (folder: string): Promise<Connection> => {
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += STEP_MS) {
    const connection = runningConnection(folder);
    if (connection !== undefined) return connection;
    await wait(STEP_MS);
  }
  throw new StartProblem(`The service that uses ${folder} does not answer. Stop it and try again.`);
};
