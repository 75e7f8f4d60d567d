/** Runs the service until it is told to stop: then it finishes what it has begun, and stops its database. */
import { createApp } from './app.ts';
import { StartProblem } from './failures.ts';
import { loggerOptions } from './log.ts';
import { type MetricsAddress, openMetrics, serveMetrics } from './metrics.ts';
import { openServiceDatabase } from './open-service-database.ts';
import type { Quota } from './quota.ts';

export interface ServeOptions {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly quota: Quota;
  /** Of one API key; 0 for no limit. */
  readonly requestsPerMinute: number;
  /** Where figures for monitoring are given, if anywhere. */
  readonly metricsAddress: MetricsAddress | undefined;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
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
  const asked = untilAskedToStop(options.whileStdinOpen);
  try {
    await serveUntil(asked, options);
  } finally {
    // One that is still open would keep this process alive, also where the service could not start.
    if (options.whileStdinOpen) process.stdin.destroy();
  }
};

const serveUntil = async (
  asked: Promise<void>,
  { dataDir, databaseUrl, quota, requestsPerMinute, metricsAddress, host, port }: ServeOptions,
): Promise<void> => {
  const say = (words: string): void => {
    process.stderr.write(`mhb-sync: ${words}\n`);
  };
  const figures = metricsAddress && (await tellFigures(metricsAddress, say));
  const opened = await openServiceDatabase({ url: databaseUrl, dataDir, purpose: 'serve', say }).catch(
    (error: unknown) => {
      figures?.close();
      throw error;
    },
  );
  try {
    const { database, durability } = opened;
    const app = await createApp({
      metrics: figures?.metrics,
      database,
      durability,
      quota,
      requestsPerMinute,
      logger: { ...loggerOptions, stream: process.stderr },
    });
    const address = await app.listen({ host, port }).catch((error: unknown) => {
      throw listenProblem(error, host, port);
    });
    say(`An acknowledged change survives ${durability.survives.join(', ')}.`);
    process.stdout.write(`listening on ${address}\n`);
    await asked;
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

const tellFigures = async (address: MetricsAddress, say: (words: string) => void) => {
  const metrics = await openMetrics();
  const { port, close } = await serveMetrics(metrics, address).catch((error: unknown) => {
    throw listenProblem(error, address.host, address.port);
  });
  say(`Figures are at http://${address.host}:${String(port)}/metrics.`);
  return { metrics, close };
};

const untilAskedToStop = (whileStdinOpen: boolean): Promise<void> =>
  new Promise((resolve) => {
    if (whileStdinOpen) {
      process.stdin.once('close', resolve);
      process.stdin.resume();
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        resolve();
      });
    }
  });

const listenProblem = (error: unknown, host: string, port: number): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new StartProblem(
      `Port ${String(port)} is in use by another program. Choose another one with --port.`,
    );
  }
  if (code === 'EACCES') {
    return new StartProblem(
      `Port ${String(port)} may not be used by this user. Choose one above 1023 with --port.`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartProblem(`${host} is not an address of this computer. Choose another one with --host.`);
  }
  return error;
};
