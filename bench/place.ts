/** A service of its own on its own Postgres for as long as a benchmark takes, and nothing left of either afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { connectionTo, connectTo, versionOf } from './floors-postgres.ts';
import { type Processes, type RunningService, startProcesses } from './processes.ts';

export interface Place {
  readonly processes: Processes;
  readonly service: RunningService;
  readonly serviceFolder: string;
  /** Past the service, into its database. */
  readonly client: pg.Client;
  readonly connection: pg.ClientConfig;
  /** For the files of the benchmark. */
  readonly folder: string;
  /** What it all ran on, for the end of a table. */
  readonly machine: string;
  /** Aborted when the benchmark is told to stop. */
  readonly signal: AbortSignal;
}

export const withPlace = async <Value>(run: (place: Place) => Promise<Value>): Promise<Value> => {
  const folder = mkdtempSync(join(tmpdir(), 'mhb-bench-'));
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      stopping.abort();
    });
  try {
    const processes = startProcesses(stopping.signal, join(folder, 'compiled'));
    const serviceFolder = join(folder, 'service');
    const service = await processes.startService(serviceFolder, join(folder, 'service.log'));
    try {
      const client = await connectTo(serviceFolder);
      // What went wrong before the service was stopped is the error to tell.
      client.on('error', () => undefined);
      const postgres = await versionOf(client);
      const value = await run({
        processes,
        service,
        serviceFolder,
        client,
        connection: connectionTo(serviceFolder),
        folder,
        machine: `${String(availableParallelism())} cores, Node ${process.versions.node}, Postgres ${postgres}.`,
        signal: stopping.signal,
      });
      await client.end();
      return value;
    } finally {
      await service.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** One line of progress. */
export const say = (words: string): void => {
  process.stderr.write(`${words}\n`);
};
