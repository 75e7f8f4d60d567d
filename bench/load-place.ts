/** Services of their own processes on one Postgres, with PgBouncer between or without, as long as one run takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { clusterUser } from '../apps/sync-service/src/database/cluster-user.ts';
import { freePort } from '../apps/sync-service/src/database/free-port.testing.ts';
import type { Place } from './place.ts';

const SERVICE = fileURLToPath(new URL('../apps/sync-service/bin/mhb-sync.js', import.meta.url));
/** As the first line of the program has it (house/launchers.test.ts). */
const LIKE_THE_SERVICE = ['--max-semi-space-size=4', '--heap-growing-percent=100'];
const PGBOUNCER = '/usr/sbin/pgbouncer';
export const hasPgbouncer = (): boolean => existsSync(PGBOUNCER);

type Service = Process & { readonly url: string };

interface Process {
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

export interface LoadPlace {
  readonly services: readonly Service[];
  readonly pooler: Process | undefined;
  readonly stop: () => Promise<void>;
}

export const openLoadPlace = async (
  { connection, folder, signal }: Place,
  { instances, isPooled }: { readonly instances: number; readonly isPooled: boolean },
): Promise<LoadPlace> => {
  const own = mkdtempSync(join(folder, 'load-'));
  const socket = encodeURIComponent(connection.host ?? '');
  const direct = `postgres:///postgres?host=${socket}&port=${String(connection.port)}&user=mhb`;
  const pooler = isPooled ? await startPooler(own, connection, signal) : undefined;
  const database =
    pooler === undefined
      ? { DATABASE_URL: direct }
      : { DATABASE_URL: pooler.url, MHB_SYNC_LISTEN_DATABASE_URL: direct };
  const services: Service[] = [];
  for (let instance = 0; instance < instances; instance += 1)
    services.push(await startService(own, database, signal));
  return {
    services,
    pooler,
    stop: async () => {
      for (const service of services) await service.stop();
      await pooler?.stop();
    },
  };
};

const startService = async (
  dataDir: string,
  database: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Service> => {
  const args = [...LIKE_THE_SERVICE, SERVICE, 'serve', '--data-dir', dataDir, '--port', '0'];
  const child = spawn(process.execPath, [...args, '--while-stdin-open'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
    env: {
      ...process.env,
      ...database,
      MALLOC_ARENA_MAX: '1',
      MHB_SYNC_REQUESTS_PER_MINUTE: '0',
      MHB_SYNC_LOG_LEVEL: 'warn',
    },
  });
  child.on('error', () => undefined);
  const ended = once(child, 'exit').catch(() => undefined);
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      url: line.replace('listening on ', ''),
      pid: child.pid!,
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error('a service did not start');
};

const startPooler = async (folder: string, { host, port }: pg.ClientConfig, signal: AbortSignal) => {
  const user = clusterUser();
  const own = mkdtempSync(join(folder, 'pgbouncer-'));
  const listening = await freePort();
  const settings = join(own, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
postgres = host=${host ?? ''} port=${String(port)} user=mhb
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(listening)}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 10
max_client_conn = 500
`,
  );
  user.own(own);
  user.own(settings);
  const [program, args] = user.command(PGBOUNCER, ['--quiet', settings], [own, host ?? '/']);
  const child = spawn(program, args, { stdio: 'ignore', cwd: '/', signal });
  child.on('error', () => undefined);
  const ended = once(child, 'exit').catch(() => undefined);
  const url = `postgres://mhb@127.0.0.1:${String(listening)}/postgres`;
  await untilAnswering(url);
  return {
    url,
    // setpriv becomes the program it starts.
    pid: child.pid!,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

const untilAnswering = async (url: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await wait(50);
    }
  }
};
