/**
 * Looks at everything the service needs and says what to do where something is wrong. It only looks: nothing is
 * started, made, migrated or mended, so it can be run beside a service at any time.
 */
import { type Configuration, readConfiguration } from '../config.ts';
import { lookAtDatabase } from './doctor-database.ts';
import { lookAtClockOf, lookAtDisk, lookAtFolder, lookAtSecretFile } from './doctor-files.ts';
import { StartProblem } from '../failures.ts';
import { readCertificate, type TlsFiles } from '../http/tls.ts';
import { plainHttpProblem } from '../http/trusted-proxies.ts';
import { VERSION } from '../version.ts';

export interface Check {
  readonly check: 'settings' | 'versions' | 'address' | 'tls' | 'permissions' | 'disk' | 'clock' | 'database';
  /** What is a warning works today; a problem does not. */
  readonly state: 'ok' | 'warning' | 'problem';
  /** What was seen and, where it is not ok, what to do. It names no account and quotes no secret. */
  readonly message: string;
}

export interface Examined {
  readonly environment: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly now: Date;
}

/** Never throws because of something it finds. */
export const examine = async (given: Examined): Promise<readonly Check[]> => {
  const configuration = readSettings(given.environment);
  if (configuration instanceof StartProblem)
    return [{ check: 'settings', state: 'problem', message: configuration.message }, lookAtNode()];
  const { databaseUrl, listenDatabaseUrl, tls, trustedProxies, host } = configuration;
  const isEmbedded = databaseUrl === undefined;
  const listening = plainHttpProblem({ host, isTls: tls !== undefined, proxies: trustedProxies });
  return [
    { check: 'settings', state: 'ok', message: 'Every variable is known and can be used.' },
    lookAtNode(),
    listening === undefined
      ? { check: 'address', state: 'ok', message: 'No API key crosses a network in the clear.' }
      : { check: 'address', state: 'problem', message: listening.message },
    ...(tls === undefined ? [] : lookAtTls(tls, given.now)),
    ...lookAtSecretFile(given.environment.DATABASE_URL_FILE),
    ...lookAtSecretFile(given.environment.MHB_SYNC_LISTEN_DATABASE_URL_FILE),
    ...(isEmbedded
      ? [
          ...lookAtFolder(given.dataDir),
          await lookAtDisk(given.dataDir),
          ...lookAtClockOf(given.dataDir, given.now),
        ]
      : []),
    ...(await lookAtDatabase(databaseUrl, given.dataDir, listenDatabaseUrl)),
  ];
};

const readSettings = (environment: NodeJS.ProcessEnv): Configuration | StartProblem => {
  try {
    return readConfiguration(environment);
  } catch (error) {
    if (error instanceof StartProblem) return error;
    throw error;
  }
};

const NODE_MAJOR_MIN = 24;

const lookAtNode = (): Check => {
  const { node } = process.versions;
  return Number.parseInt(node, 10) >= NODE_MAJOR_MIN
    ? { check: 'versions', state: 'ok', message: `mhb-sync is ${VERSION}, Node ${node}.` }
    : {
        check: 'versions',
        state: 'problem',
        message: `Node is ${node}. Install ${String(NODE_MAJOR_MIN)} or newer.`,
      };
};

const DAY_MS = 86_400_000;
/** Authorities that renew by themselves do so a month before. */
const RENEWAL_DAYS = 14;

const lookAtTls = (files: TlsFiles, now: Date): readonly Check[] => [
  lookAtCertificate(files, now),
  ...lookAtSecretFile(files.keyFile),
];

const lookAtCertificate = (files: TlsFiles, now: Date): Check => {
  const is = (state: Check['state'], message: string): Check => ({ check: 'tls', state, message });
  try {
    const { validFrom, validTo, isWithoutIssuer } = readCertificate(files);
    const days = String(Math.floor((validTo.getTime() - now.getTime()) / DAY_MS));
    if (now < validFrom) return is('problem', 'The certificate is not valid yet. Set the clock, or wait.');
    if (now > validTo)
      return is('problem', 'The certificate has run out. Renew it; it is read again by itself.');
    if (Number(days) < RENEWAL_DAYS)
      return is('warning', `The certificate runs out in ${days} days. Renew it; it is read again by itself.`);
    return isWithoutIssuer
      ? is(
          'warning',
          'The file holds the certificate alone. Give the one with those that lead to its authority (fullchain.pem), or devices may not trust it.',
        )
      : is('ok', `The certificate is valid for ${days} more days.`);
  } catch (error) {
    if (error instanceof StartProblem) return is('problem', error.message);
    throw error;
  }
};
