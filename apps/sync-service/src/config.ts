/** How the service is told what to do: options of the command line, and the environment. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StartProblem } from './failures.ts';
import { DEFAULT_QUOTA, type Quota } from './quota.ts';
import { DEFAULT_REQUESTS_PER_MINUTE } from './rate-limits.ts';

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

/** How much each account may hold, unless it was given something of its own. */
export const readQuota = (environment: NodeJS.ProcessEnv): Quota => ({
  recordsMax: readCount(environment, 'MHB_SYNC_RECORDS_MAX') ?? DEFAULT_QUOTA.recordsMax,
  bytesMax: readCount(environment, 'MHB_SYNC_BYTES_MAX') ?? DEFAULT_QUOTA.bytesMax,
});

/** How often one API key may ask; 0 turns every limit of this kind off. */
export const readRequestsPerMinute = (environment: NodeJS.ProcessEnv): number => {
  const given = environment.MHB_SYNC_REQUESTS_PER_MINUTE;
  if (given === undefined || given === '') return DEFAULT_REQUESTS_PER_MINUTE;
  if (/^(?:0|[1-9]\d{0,5})$/.test(given)) return Number(given);
  throw new StartProblem(
    'MHB_SYNC_REQUESTS_PER_MINUTE must be a whole number from 0 to 999999; 0 for no limit.',
  );
};

/** Below the greatest number that is exact. */
const Count = z.string().regex(/^[1-9]\d{0,14}$/);

const readCount = (environment: NodeJS.ProcessEnv, name: string): number | undefined => {
  const given = environment[name];
  if (given === undefined || given === '') return undefined;
  const count = Count.safeParse(given);
  if (!count.success) throw new StartProblem(`${name} must be a whole number from 1 to 999999999999999.`);
  return Number(count.data);
};
