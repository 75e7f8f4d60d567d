/**
 * Figures for an operator's monitoring, on a port of their own (`GET /metrics`): off unless asked for, and reachable
 * from this computer only unless said otherwise. Labels are methods, routes and statuses; nothing names anybody
 * (rule D11).
 */
import { createServer } from 'node:http';
import { statfs } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Connections } from './database/database.ts';
import { VERSION } from './version.ts';

/** What an instance tells of itself. */
export interface Figures {
  readonly openStreams: () => number;
  /** As `/ready` says it. */
  readonly isReady: () => Promise<boolean>;
  readonly connections: () => Connections;
}

/** What is told of the machine, where there is something to tell. */
export interface Surroundings {
  /** When the certificate in use runs out. */
  readonly certificateEnds?: (() => Date) | undefined;
  /** The folder of the embedded Postgres. */
  readonly dataDir?: string | undefined;
}

export interface Metrics {
  /** Counts what this application answers from now on. */
  readonly observe: (app: FastifyInstance, figures: Figures) => void;
  readonly text: () => Promise<string>;
  readonly type: string;
}

/** The library is loaded only where somebody wants figures: it is memory that nobody else needs. */
export const openMetrics = async ({ certificateEnds, dataDir }: Surroundings = {}): Promise<Metrics> => {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry: Registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  /** A figure that is asked for when monitoring asks. */
  const tell = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  };
  const requests = new Counter<'method' | 'route' | 'status'>({
    name: 'mhb_sync_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram<'method' | 'route'>({
    name: 'mhb_sync_request_seconds',
    help: 'How long answers took; event streams, which last, are left out.',
    labelNames: ['method', 'route'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers,
  });
  new Gauge({
    name: 'mhb_sync_build_info',
    help: 'Always 1; its labels say which version this is.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: VERSION, node: process.versions.node }, 1);
  if (certificateEnds !== undefined)
    tell('mhb_sync_tls_certificate_expiry_timestamp_seconds', 'When the certificate runs out.', () =>
      Math.floor(certificateEnds().getTime() / 1_000),
    );
  if (dataDir !== undefined) {
    tell('mhb_sync_data_free_bytes', 'Room on the disk of the data folder.', () => freeBytes(dataDir));
  }
  return {
    observe: (app, { openStreams, isReady, connections }) => {
      tell('mhb_sync_event_streams', 'Event streams that are open.', openStreams);
      tell('mhb_sync_database_connections', 'Connections to Postgres.', () => connections().open);
      tell('mhb_sync_database_connections_idle', 'Those that nobody uses.', () => connections().idle);
      tell('mhb_sync_database_waiting', 'Transactions that wait for one.', () => connections().waiting);
      // Last, because it takes a connection itself.
      tell('mhb_sync_ready', 'Whether /ready says yes: 1 or 0.', async () => ((await isReady()) ? 1 : 0));
      app.addHook('onResponse', (request, reply, done) => {
        const { method } = request;
        // The pattern and not the address: an address could carry anything.
        const route = request.routeOptions.url ?? 'unknown';
        requests.inc({ method, route, status: String(reply.statusCode) });
        if (route !== '/v1/sync/events') seconds.observe({ method, route }, reply.elapsedTime / 1_000);
        done();
      });
    },
    text: () => registry.metrics(),
    type: registry.contentType,
  };
};

/** Not a number while there is no such folder yet; the other figures are told all the same. */
const freeBytes = (folder: string): Promise<number> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.NaN,
  );

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** Answers nothing but `GET /metrics`. Resolves to the port it listens on, and how to stop. */
export const serveMetrics = async (
  metrics: Metrics,
  { host, port }: MetricsAddress,
): Promise<{ readonly port: number; readonly close: () => void }> => {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.type }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
