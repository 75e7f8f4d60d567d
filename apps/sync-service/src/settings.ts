/**
 * What an operator can set, each setting once: what it is for, what it is unless told, and what it may be. The start,
 * `mhb-sync --help` and the table of docs/settings.md come from here.
 */
import { z } from 'zod';
import { DEFAULT_QUOTA } from './records/quota.ts';
import { DEFAULT_REQUESTS_PER_MINUTE } from './http/rate-limits.ts';
import { parseProxies } from './http/trusted-proxies.ts';

export interface Setting<Value> {
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

export const Port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((port) => port <= 65_535);
const PORT_RULE = 'must be a number from 0 to 65535.';

/** Below the greatest number that is exact. */
export const Count = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);
export const COUNT_RULE = 'must be a whole number from 1 to 999999999999999.';

const Path = z.string().regex(/^\//);
const PATH_RULE = 'must be a path that begins with /.';

const Address = z.string().regex(/^[\w.:-]{1,255}$/);
const ADDRESS_RULE = 'must be an address.';

const DatabaseUrl = z
  .string()
  .regex(/^postgres(?:ql)?:\/\/\S+$/)
  .refine((text) => URL.canParse(text));
const DATABASE_RULE = 'must look like postgres://user:password@host:5432/name.';

const DRAIN_S_MAX = 300;

export const settings = {
  dataDir: setting({
    name: 'MHB_SYNC_DATA_DIR',
    meaning: 'where the embedded Postgres keeps its data; --data-dir comes first',
    byDefault: 'mental-health-bar-sync in the folder for data of programs',
    rule: PATH_RULE,
    schema: Path,
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    meaning: 'use this Postgres instead of the embedded one',
    byDefault: 'embedded',
    rule: DATABASE_RULE,
    schema: DatabaseUrl,
    isSecret: true,
  }),
  listenDatabaseUrl: setting({
    name: 'MHB_SYNC_LISTEN_DATABASE_URL',
    meaning:
      'where DATABASE_URL leads through PgBouncer in transaction mode: the same database past it, for LISTEN',
    byDefault: 'no pooler',
    rule: DATABASE_RULE,
    schema: DatabaseUrl,
    isSecret: true,
  }),
  host: setting({
    name: 'MHB_SYNC_HOST',
    meaning: 'the address to listen on; --host comes first',
    byDefault: '127.0.0.1',
    rule: ADDRESS_RULE,
    schema: Address,
  }),
  port: setting({
    name: 'MHB_SYNC_PORT',
    meaning: 'the port to listen on, 0 for any that is free; --port comes first',
    byDefault: '8737',
    rule: PORT_RULE,
    schema: Port,
  }),
  tlsCertificate: setting({
    name: 'MHB_SYNC_TLS_CERTIFICATE_FILE',
    meaning: 'answer over TLS with this certificate and those that lead to its authority (PEM)',
    byDefault: 'off',
    rule: PATH_RULE,
    schema: Path,
  }),
  tlsKey: setting({
    name: 'MHB_SYNC_TLS_KEY_FILE',
    meaning: 'the key of the certificate (PEM)',
    byDefault: 'off',
    rule: PATH_RULE,
    schema: Path,
  }),
  trustedProxies: setting({
    name: 'MHB_SYNC_TRUSTED_PROXY',
    meaning:
      'the proxies in front that do TLS: who may come over http and say with X-Forwarded-For whose request it is',
    byDefault: 'none',
    rule: 'must be addresses or networks such as 10.0.0.7 or 10.0.0.0/24, with commas between them.',
    schema: z.string().transform((text, context) => {
      const proxies = parseProxies(text);
      if (proxies !== undefined) return proxies;
      context.addIssue({ code: 'custom', message: 'not a list of addresses' });
      return z.NEVER;
    }),
  }),
  drainSeconds: setting({
    name: 'MHB_SYNC_DRAIN_SECONDS',
    meaning: 'how long it goes on answering after it was told to stop, while /ready says no',
    byDefault: '0',
    rule: `must be a whole number from 0 to ${String(DRAIN_S_MAX)}.`,
    schema: z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .refine((seconds) => seconds <= DRAIN_S_MAX),
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
  logLevel: setting({
    name: 'MHB_SYNC_LOG_LEVEL',
    meaning:
      'the least that is logged: info has every request, warn what the service could not do, error its mistakes',
    byDefault: 'info',
    rule: 'must be info, warn or error.',
    schema: z.string().pipe(z.enum(['info', 'warn', 'error'])),
  }),
  metricsPort: setting({
    name: 'MHB_SYNC_METRICS_PORT',
    meaning: 'give figures for Prometheus at /metrics of this port',
    byDefault: 'off',
    rule: PORT_RULE,
    schema: Port,
  }),
  metricsHost: setting({
    name: 'MHB_SYNC_METRICS_HOST',
    meaning: 'the address for them',
    byDefault: '127.0.0.1',
    rule: ADDRESS_RULE,
    schema: Address,
  }),
} as const;

export type LogLevel = 'info' | 'warn' | 'error';

/** What stands behind the name of a variable that holds the path of a file with the value. */
export const FILE = '_FILE';

/** Every variable that is read. */
export const knownVariables: ReadonlySet<string> = new Set(
  Object.values(settings).flatMap(({ name, isSecret }: Setting<unknown>) =>
    isSecret === true ? [name, `${name}${FILE}`] : [name],
  ),
);

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

/** The same as a table in Markdown; docs/settings.md has it. */
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
