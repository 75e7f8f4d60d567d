/**
 * What an operator can set, each setting once: what it is for, what it is unless told, and what it may be. The start,
 * `mhb-sync --help` and the table in the README come from here.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StartProblem } from './failures.ts';
import type { MetricsAddress } from './metrics.ts';
import { DEFAULT_QUOTA, type Quota } from './quota.ts';
import { DEFAULT_REQUESTS_PER_MINUTE } from './rate-limits.ts';

interface Setting<Value> {
  readonly name: string;
  readonly meaning: string;
  /** In words where there is none. */
  readonly byDefault: string;
  /** Ends a sentence that begins with the name. */
  readonly rule: string;
  readonly schema: z.ZodType<Value, string>;
  /** May be read from a file, so that it stands in no list of processes and no unit. */
  readonly isSecret?: true;
}

const setting = <Value>(given: Setting<Value>): Setting<Value> => given;

const Port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((port) => port <= 65_535);

/** Below the greatest number that is exact. */
const Count = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);
const COUNT_RULE = 'must be a whole number from 1 to 999999999999999.';

export const settings = {
  databaseUrl: setting({
    name: 'DATABASE_URL',
    meaning: 'use this Postgres instead of the embedded one',
    byDefault: 'embedded',
    rule: 'must look like postgres://user:password@host:5432/name.',
    schema: z
      .string()
      .regex(/^postgres(?:ql)?:\/\/\S+$/)
      .refine((text) => URL.canParse(text)),
    isSecret: true,
  }),
  recordsMax: setting({
    name: 'MHB_SYNC_RECORDS_MAX',
    meaning: 'how many records an account may hold',
    byDefault: String(DEFAULT_QUOTA.recordsMax),
    rule: COUNT_RULE,
    schema: Count,
  }),
  bytesMax: setting({
    name: 'MHB_SYNC_BYTES_MAX',
    meaning: 'how many sealed bytes an account may hold',
    byDefault: String(DEFAULT_QUOTA.bytesMax),
    rule: COUNT_RULE,
    schema: Count,
  }),
  requestsPerMinute: setting({
    name: 'MHB_SYNC_REQUESTS_PER_MINUTE',
    meaning: 'how often an API key may ask; 0 for no limit',
    byDefault: String(DEFAULT_REQUESTS_PER_MINUTE),
    rule: 'must be a whole number from 0 to 999999; 0 for no limit.',
    schema: z
      .string()
      .regex(/^(?:0|[1-9]\d{0,5})$/)
      .transform(Number),
  }),
  metricsPort: setting({
    name: 'MHB_SYNC_METRICS_PORT',
    meaning: 'give figures for Prometheus at /metrics of this port',
    byDefault: 'off',
    rule: 'must be a number from 0 to 65535.',
    schema: Port,
  }),
  metricsHost: setting({
    name: 'MHB_SYNC_METRICS_HOST',
    meaning: 'the address for them',
    byDefault: '127.0.0.1',
    rule: 'must be an address.',
    schema: z.string(),
  }),
} as const;

export interface Configuration {
  /** The external database, or `undefined` for the embedded one. */
  readonly databaseUrl: string | undefined;
  /** How much each account may hold, unless it was given something of its own. */
  readonly quota: Quota;
  /** How often one API key may ask; 0 turns every limit of this kind off. */
  readonly requestsPerMinute: number;
  /** Where figures for monitoring are given, `undefined` for nowhere. */
  readonly metricsAddress: MetricsAddress | undefined;
}

/** Throws a `StartProblem` that names the variable and quotes nothing of it: it may be a secret. */
export const readConfiguration = (environment: NodeJS.ProcessEnv): Configuration => {
  refuseUnknown(environment);
  const read = <Value>(each: Setting<Value>): Value | undefined => readSetting(environment, each);
  const port = read(settings.metricsPort);
  return {
    databaseUrl: read(settings.databaseUrl),
    quota: {
      recordsMax: read(settings.recordsMax) ?? DEFAULT_QUOTA.recordsMax,
      bytesMax: read(settings.bytesMax) ?? DEFAULT_QUOTA.bytesMax,
    },
    requestsPerMinute: read(settings.requestsPerMinute) ?? DEFAULT_REQUESTS_PER_MINUTE,
    metricsAddress:
      port === undefined
        ? undefined
        : { port, host: read(settings.metricsHost) ?? settings.metricsHost.byDefault },
  };
};

const FILE = '_FILE';

const readSetting = <Value>(
  environment: NodeJS.ProcessEnv,
  { name, rule, schema, isSecret }: Setting<Value>,
): Value | undefined => {
  const fromFile = isSecret === true ? readFile(environment, `${name}${FILE}`) : undefined;
  const given = environment[name];
  const isGiven = given !== undefined && given !== '';
  if (isGiven && fromFile !== undefined)
    throw new StartProblem(`${name} and ${name}${FILE} are both given. Leave one of them out.`);
  const text = isGiven ? given : fromFile;
  if (text === undefined) return undefined;
  const value = schema.safeParse(text);
  if (!value.success) throw new StartProblem(`${name} ${rule}`);
  return value.data;
};

/** Without the line's end that editors put behind it. */
const readFile = (environment: NodeJS.ProcessEnv, name: string): string | undefined => {
  const path = environment[name];
  if (path === undefined || path === '') return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new StartProblem(`${name} names a file that can’t be read.`);
  }
};

const known: ReadonlySet<string> = new Set(
  Object.values(settings).flatMap(({ name, isSecret }: Setting<unknown>) =>
    isSecret === true ? [name, `${name}${FILE}`] : [name],
  ),
);

/** A name that was mistyped would leave the service as it is unless told, and nobody would notice. */
const refuseUnknown = (environment: NodeJS.ProcessEnv): void => {
  const unknown = Object.keys(environment).find((name) => name.startsWith('MHB_SYNC_') && !known.has(name));
  if (unknown !== undefined)
    throw new StartProblem(`${unknown} is no setting of this service. mhb-sync --help lists them all.`);
};

/** The settings as lines of two columns, for `--help`. */
export const settingsText = (): string => {
  const all: readonly Setting<unknown>[] = Object.values(settings);
  const width = Math.max(...all.map(({ name, isSecret }) => nameFor(name, isSecret).length)) + 2;
  return all
    .map(
      ({ name, isSecret, meaning, byDefault }) =>
        `  ${nameFor(name, isSecret).padEnd(width)}${meaning} (${byDefault})`,
    )
    .join('\n');
};

/** The same as a table in Markdown; `docs/settings.md` has it. */
export const settingsTable = (): string => {
  const all: readonly Setting<unknown>[] = Object.values(settings);
  return [
    '| variable | what it is for | unless told | what it may be | in a file |',
    '| --- | --- | --- | --- | --- |',
    ...all.map(
      ({ name, meaning, byDefault, rule, isSecret }) =>
        `| \`${name}\` | ${meaning} | ${byDefault} | ${rule} | ${isSecret === true ? `\`${name}${FILE}\`` : '–'} |`,
    ),
  ].join('\n');
};

const nameFor = (name: string, isSecret: true | undefined): string =>
  isSecret === true ? `${name}[${FILE}]` : name;

export const defaultDataFolder = (environment: NodeJS.ProcessEnv): string =>
  join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'mental-health-bar-sync');

export const readPort = (text: string): number => {
  const port = Port.safeParse(text);
  if (!port.success) throw new StartProblem('--port must be a number from 0 to 65535.');
  return port.data;
};

export const readCount = (name: string, text: string): number => {
  const count = Count.safeParse(text);
  if (!count.success) throw new StartProblem(`${name} ${COUNT_RULE}`);
  return count.data;
};
