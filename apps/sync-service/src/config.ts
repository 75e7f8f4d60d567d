/** How the service is told what to do: options of the command line, and `DATABASE_URL`. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StartProblem } from './failures.ts';

const DatabaseUrl = z
  .string()
  .regex(/^postgres(?:ql)?:\/\/\S+$/)
  .refine((text) => URL.canParse(text));

/** The external database, or `undefined` for the embedded one. */
export const readDatabaseUrl = (environment: NodeJS.ProcessEnv): string | undefined => {
  const given = environment.DATABASE_URL;
  if (given === undefined || given === '') return undefined;
  const url = DatabaseUrl.safeParse(given);
  if (!url.success) {
    throw new StartProblem('DATABASE_URL must look like postgres://user:password@host:5432/name.');
  }
  return url.data;
};

export const defaultDataFolder = (environment: NodeJS.ProcessEnv): string =>
  join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'mental-health-bar-sync');

const Port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((port) => port <= 65_535);

export const readPort = (text: string): number => {
  const port = Port.safeParse(text);
  if (!port.success) throw new StartProblem('--port must be a number from 0 to 65535.');
  return port.data;
};
