/** Debian's PgBouncer in transaction mode before a cluster of a test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import pg from 'pg';
import { temporaryFolder, WAITING } from '../testing.ts';
import type { Cluster } from './cluster.testing.ts';
import { clusterUser } from './cluster-user.ts';
import { freePort } from './free-port.testing.ts';

const PROGRAM = '/usr/sbin/pgbouncer';
export const hasPgbouncer = existsSync(PROGRAM);

/** Fewer than one service has, so that they share them. */
export const POOLED = 3;

/** Answers a DATABASE_URL that leads through it. */
export const startPgbouncer = async ({ folder }: Pick<Cluster, 'folder'>): Promise<string> => {
  const user = clusterUser();
  const own = join(temporaryFolder(), 'pgbouncer');
  mkdirSync(own, { mode: 0o700 });
  const port = await freePort();
  const settings = join(own, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
* = host=${folder} user=mhb
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(port)}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${String(POOLED)}
max_client_conn = 200
`,
  );
  user.own(own);
  user.own(settings);
  const [program, args] = user.command(PROGRAM, ['--quiet', settings], [own, folder]);
  const child = spawn(program, args, { stdio: 'ignore', cwd: '/' });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const url = `postgres://mhb@127.0.0.1:${String(port)}/postgres`;
  await vi.waitFor(async () => {
    const client = new pg.Client(url);
    await client.connect();
    await client.end();
  }, WAITING);
  return url;
};
