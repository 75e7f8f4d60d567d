/** Reads what an operator has set (settings.ts). What can't be, or is not known, ends the start before anything is done. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { StartProblem } from './failures.ts';
import type { MetricsAddress } from './metrics.ts';
import { DEFAULT_QUOTA, type Quota } from './records/quota.ts';
import { DEFAULT_REQUESTS_PER_MINUTE } from './http/rate-limits.ts';
import {
  Count,
  COUNT_RULE,
  FILE,
  knownVariables,
  type LogLevel,
  Port,
  type Setting,
  settings,
} from './settings.ts';
import type { TlsFiles } from './http/tls.ts';
import type { TrustedProxies } from './http/trusted-proxies.ts';

export interface Configuration {
  /** The external database, or `undefined` for the embedded one. */
  readonly databaseUrl: string | undefined;
  /** The same database past a pooler in transaction mode; `undefined` where there is none between. */
  readonly listenDatabaseUrl: string | undefined;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** What to answer over TLS with; `undefined` for plain http. */
  readonly tls: TlsFiles | undefined;
  /** Whose word on the origin of a request counts; `undefined` for nobody's. */
  readonly trustedProxies: TrustedProxies | undefined;
  /** How long `/ready` says no before no connection is taken any more. */
  readonly drainSeconds: number;
  /** How much each account may hold, unless it was given something of its own. */
  readonly quota: Quota;
  /** How often one API key may ask; 0 turns every limit of this kind off. */
  readonly requestsPerMinute: number;
  readonly logLevel: LogLevel;
  /** Where figures for monitoring are given, `undefined` for nowhere. */
  readonly metricsAddress: MetricsAddress | undefined;
}

/** Throws a `StartProblem` that names the variable and quotes nothing of it: it may be a secret. */
export const readConfiguration = (environment: NodeJS.ProcessEnv): Configuration => {
  refuseUnknown(environment);
  const read = <Value>(each: Setting<Value>): Value | undefined => readSetting(environment, each);
  // The folder itself is that of --data-dir, which comes from the same variable unless told.
  read(settings.dataDir);
  const port = read(settings.metricsPort);
  return {
    ...readDatabase(read(settings.databaseUrl), read(settings.listenDatabaseUrl)),
    host: read(settings.host) ?? settings.host.byDefault,
    port: read(settings.port) ?? Number(settings.port.byDefault),
    tls: readTls(read(settings.tlsCertificate), read(settings.tlsKey)),
    trustedProxies: read(settings.trustedProxies),
    drainSeconds: read(settings.drainSeconds) ?? 0,
    quota: {
      recordsMax: read(settings.recordsMax) ?? DEFAULT_QUOTA.recordsMax,
      bytesMax: read(settings.bytesMax) ?? DEFAULT_QUOTA.bytesMax,
    },
    requestsPerMinute: read(settings.requestsPerMinute) ?? DEFAULT_REQUESTS_PER_MINUTE,
    logLevel: read(settings.logLevel) ?? 'info',
    metricsAddress:
      port === undefined
        ? undefined
        : { port, host: read(settings.metricsHost) ?? settings.metricsHost.byDefault },
  };
};

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

const readDatabase = (
  databaseUrl: string | undefined,
  listenDatabaseUrl: string | undefined,
): Pick<Configuration, 'databaseUrl' | 'listenDatabaseUrl'> => {
  if (listenDatabaseUrl !== undefined && databaseUrl === undefined)
    throw new StartProblem(
      `${settings.listenDatabaseUrl.name} is given without ${settings.databaseUrl.name}. The embedded Postgres has no pooler in front.`,
    );
  return { databaseUrl, listenDatabaseUrl };
};

const readTls = (certificateFile: string | undefined, keyFile: string | undefined): TlsFiles | undefined => {
  if (certificateFile !== undefined && keyFile !== undefined) return { certificateFile, keyFile };
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  const [given, missing] =
    keyFile === undefined
      ? [settings.tlsCertificate.name, settings.tlsKey.name]
      : [settings.tlsKey.name, settings.tlsCertificate.name];
  throw new StartProblem(`${given} is given without ${missing}. TLS needs both.`);
};

/** A name that was mistyped would leave the service as it is unless told, and nobody would notice. */
const refuseUnknown = (environment: NodeJS.ProcessEnv): void => {
  const unknown = Object.keys(environment).find(
    (name) => name.startsWith('MHB_SYNC_') && !knownVariables.has(name),
  );
  if (unknown !== undefined)
    throw new StartProblem(`${unknown} is no setting of this service. mhb-sync --help lists them all.`);
};

/** What `--data-dir` is unless told. */
export const defaultDataFolder = (environment: NodeJS.ProcessEnv): string => {
  const set = settings.dataDir.schema.safeParse(environment[settings.dataDir.name]);
  // One that can't be is refused with the other settings, before it is used.
  if (set.success) return set.data;
  return join(environment.XDG_DATA_HOME ?? dataHome(), 'mental-health-bar-sync');
};

/** A user of a container or a unit may have no home, and no name either. */
const dataHome = (): string => {
  try {
    return join(homedir(), '.local', 'share');
  } catch {
    return '/var/lib';
  }
};

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
