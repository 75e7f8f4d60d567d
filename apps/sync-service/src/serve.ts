/** Runs the service until it is told to stop: then it finishes what it has begun, and stops its database. */
import { setTimeout as wait } from 'node:timers/promises';
import { createApp } from './app.ts';
import type { Configuration } from './config.ts';
import { listenProblem, StartProblem } from './failures.ts';
import { loggerOptions } from './http/log.ts';
import { openMetrics, serveMetrics, type Surroundings, type MetricsAddress } from './metrics.ts';
import { openServiceDatabase } from './open-service-database.ts';
import { openTls, type Tls } from './http/tls.ts';
import { plainHttpProblem } from './http/trusted-proxies.ts';

export interface ServeOptions extends Configuration {
  readonly dataDir: string;
  /** Stop when standard input ends: whoever started the service is gone then. */
  readonly whileStdinOpen: boolean;
}

/** How long requests in flight may take before the service stops all the same. */
const DRAIN_MS = 20_000;

/** A log that nobody takes any more, or whose disk is full, is no reason to serve nobody. */
const outliveTheLog = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
};

export const serve = async (options: ServeOptions): Promise<void> => {
  outliveTheLog();
  const asked = untilAskedToStop(options);
  try {
    await serveUntil(asked, options);
  } finally {
    // One that is still open would keep this process alive, also where the service could not start.
    if (options.whileStdinOpen) process.stdin.destroy();
  }
};

const say = (words: string): void => {
  process.stderr.write(`mhb-sync: ${words}\n`);
};

const serveUntil = async (asked: Promise<void>, options: ServeOptions): Promise<void> => {
  const { dataDir, databaseUrl: url, listenDatabaseUrl: listenUrl, metricsAddress } = options;
  const { host, port, drainSeconds } = options;
  const tls = options.tls && openTls(options.tls);
  const problem = plainHttpProblem({ host, isTls: tls !== undefined, proxies: options.trustedProxies });
  if (problem !== undefined) throw problem;
  // From the first moment on: a signal that nobody waits for would end the process in the middle of its start.
  if (tls !== undefined) followRenewals(tls);
  const figures = metricsAddress && (await tellFigures(metricsAddress, surroundingsOf(options, tls)));
  const opened = await openServiceDatabase({ url, listenUrl, dataDir, purpose: 'serve', say }).catch(
    (error: unknown) => {
      figures?.close();
      throw error;
    },
  );
  let isDraining = false;
  try {
    const { database, durability } = opened;
    const app = await createApp({
      metrics: figures?.metrics,
      database,
      durability,
      quota: options.quota,
      requestsPerMinute: options.requestsPerMinute,
      tls,
      trustedProxies: options.trustedProxies,
      isDraining: () => isDraining,
      logger: { ...loggerOptions, level: options.logLevel, stream: process.stderr },
    });
    const named = (address: string): string =>
      tls === undefined ? address : address.replace(/^http:/, 'https:');
    const listenTextResolver = (address: string): string => `Server listening at ${named(address)}`;
    const address = await app.listen({ host, port, listenTextResolver }).catch((error: unknown) => {
      throw listenProblem(error, host, port);
    });
    say(`An acknowledged change survives ${durability.survives.join(', ')}.`);
    process.stdout.write(`listening on ${named(address)}\n`);
    await asked;
    isDraining = true;
    if (drainSeconds > 0) await wait(drainSeconds * 1_000);
    const drained = setTimeout(() => {
      app.server.closeAllConnections();
    }, DRAIN_MS);
    await app.close();
    clearTimeout(drained);
  } finally {
    await opened.close();
    figures?.close();
  }
};

const surroundingsOf = (options: ServeOptions, tls: Tls | undefined): Surroundings => ({
  certificateEnds: tls?.validTo,
  dataDir: options.databaseUrl === undefined ? options.dataDir : undefined,
});

const tellFigures = async (address: MetricsAddress, surroundings: Surroundings) => {
  const metrics = await openMetrics(surroundings);
  const { port, close } = await serveMetrics(metrics, address).catch((error: unknown) => {
    throw listenProblem(error, address.host, address.port);
  });
  say(`Figures are at http://${address.host}:${String(port)}/metrics.`);
  return { metrics, close };
};

/** Reads the certificate again on SIGHUP and whenever its files change, as long as the process lives. */
const followRenewals = (tls: Tls): void => {
  const reload = (): void => {
    try {
      tls.reload();
      say(`The certificate was read again; it is good until ${tls.validTo().toISOString()}.`);
    } catch (error) {
      if (!(error instanceof StartProblem)) throw error;
      say(`${error.message} The certificate before it stays.`);
    }
  };
  tls.watch(reload);
  process.on('SIGHUP', reload);
};

/** Without a certificate to read again, SIGHUP means that the terminal is gone. */
const untilAskedToStop = ({ whileStdinOpen, tls }: ServeOptions): Promise<void> =>
  new Promise((resolve) => {
    if (whileStdinOpen) {
      process.stdin.once('close', resolve);
      process.stdin.resume();
    }
    for (const signal of ['SIGINT', 'SIGTERM', ...(tls === undefined ? ['SIGHUP'] : [])]) {
      process.on(signal, () => {
        resolve();
      });
    }
  });
