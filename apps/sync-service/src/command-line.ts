/** What every command of an operator needs: the folder, the database, and one line of JSON as its answer. */
import { defaultDataFolder, readConfiguration } from './config.ts';
import type { DatabaseDep } from './database/database.ts';
import { openServiceDatabase } from './open-service-database.ts';

export const DATA_DIR = [
  '--data-dir <folder>',
  'where the embedded Postgres keeps its data',
  defaultDataFolder(process.env),
] as const;

export interface Place {
  readonly dataDir: string;
}

/** Opens the database, does it, and prints the answer as one line of JSON. */
export const answer = async (
  { dataDir }: Place,
  act: (deps: DatabaseDep) => Promise<unknown>,
): Promise<void> => {
  const { databaseUrl, listenDatabaseUrl } = readConfiguration(process.env);
  const { database, close } = await openServiceDatabase({
    url: databaseUrl,
    listenUrl: listenDatabaseUrl,
    dataDir,
    purpose: 'command',
    say,
  });
  try {
    process.stdout.write(`${JSON.stringify(await act({ database }))}\n`);
  } finally {
    await close();
  }
};

export const say = (words: string): void => {
  process.stderr.write(`mhb-sync: ${words}\n`);
};
