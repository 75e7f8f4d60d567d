/**
 * The Postgres that comes with the service: a cluster in the data folder, reachable through a socket that only its
 * owner can open, and no network port. Started, watched over, and stopped here.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, openSync, closeSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StartProblem } from '../failures.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { type ClusterUser, clusterUser } from './cluster-user.ts';
import type { Connection } from './database.ts';
import { endLeftover, runningSocketFolder } from './leftover.ts';

const ROLE = 'mhb';
const READY_MS = 60_000;
const STOP_MS = 30_000;
const STEP_MS = 25;
const RESTART_MS_MIN = 100;
const RESTART_MS_MAX = 5_000;
/** One that ran this long had started well. */
const STEADY_MS = 10_000;
/** The longest path a socket's address can hold, with room for the file's name. */
const SOCKET_FOLDER_LENGTH_MAX = 80;

export interface EmbeddedPostgres {
  readonly connection: Connection;
  readonly stop: () => Promise<void>;
}

/** How to reach the Postgres of a folder that another process has started; `undefined` while none is ready. */
export const runningConnection = (folder: string): Connection | undefined => {
  const socket = runningSocketFolder(clusterOf(folder));
  return socket === undefined ? undefined : connectionTo(socket);
};

export const startEmbedded = async (
  folder: string,
  say: (words: string) => void,
): Promise<EmbeddedPostgres> => {
  const binaries = await findBinaries();
  const user = clusterUser();
  const cluster = clusterOf(folder);
  // Root's Postgres runs as another user, who has to pass through.
  chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
  if (!existsSync(cluster)) {
    say('Setting up the database (once) ...');
    createCluster(cluster, binaries, user);
  }
  await endLeftover(cluster);
  const socket = makeSocketFolder(cluster, user);
  const watched = watchOver(() => spawnPostgres({ folder, cluster, socket, binaries, user }), cluster, say);
  try {
    await watched.ready;
  } catch (error) {
    await watched.stop();
    throw error;
  }
  return {
    connection: connectionTo(socket),
    stop: async () => {
      await watched.stop();
      if (socket !== cluster) rmSync(socket, { recursive: true, force: true });
    },
  };
};

const clusterOf = (folder: string): string => join(resolve(folder), 'postgres');

const connectionTo = (socket: string): Connection => ({
  host: socket,
  port: 5432,
  user: ROLE,
  database: 'postgres',
});

/** Made under another name first, so that an interrupted set-up is never taken for a cluster. */
const createCluster = (cluster: string, binaries: Binaries, user: ClusterUser): void => {
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  user.own(unfinished);
  const args = ['-D', unfinished, '-U', ROLE, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--data-checksums'];
  const [program, list] = user.command(binaries.initdb, args, [unfinished, binaries.root]);
  const made = spawnSync(program, list, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', encoding: 'utf8' });
  if (made.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new StartProblem(
      made.stderr.includes('No space left')
        ? 'The disk is full: the database could not be set up. Make room and start again.'
        : 'The database could not be set up in the data folder. Check that it is on a local disk that can be written to.',
    );
  }
  renameSync(unfinished, cluster);
};

const makeSocketFolder = (cluster: string, user: ClusterUser): string => {
  if (cluster.length <= SOCKET_FOLDER_LENGTH_MAX) return cluster;
  const name = createHash('sha256').update(cluster).digest('hex').slice(0, 16);
  const socket = join(tmpdir(), `mhb-sync-${name}`);
  // Made anew: one that somebody else has put there is theirs.
  rmSync(socket, { recursive: true, force: true });
  mkdirSync(socket, { mode: 0o700 });
  user.own(socket);
  return socket;
};

interface Spawning {
  readonly folder: string;
  readonly cluster: string;
  readonly socket: string;
  readonly binaries: Binaries;
  readonly user: ClusterUser;
}

/** Nothing of a statement or its values is logged (rule D11). */
const spawnPostgres = ({ folder, cluster, socket, binaries, user }: Spawning): ChildProcess => {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '40',
    shared_buffers: '64MB',
    // Fewer full pages in the log between checkpoints.
    max_wal_size: '512MB',
    // A message of an error may quote the value that it is about; what hinders a start is logged above this level.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_statement: 'none',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_error_verbosity: 'terse',
    log_connections: 'off',
  };
  const args = [
    '-D',
    cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const [program, list] = user.command(binaries.postgres, args, [cluster, binaries.root]);
  const log = openSync(join(folder, 'postgres.log'), 'a', 0o600);
  // In a group of its own, so that Ctrl-C ends the service first and the database after the last request.
  const child = spawn(program, list, { stdio: ['ignore', log, log], cwd: '/', detached: true });
  closeSync(log);
  return child;
};

/** Starts Postgres again whenever it ends by itself: a kill of it needs nobody's help. */
const watchOver = (start: () => ChildProcess, cluster: string, say: (words: string) => void) => {
  let stopping = false;
  const isStopping = (): boolean => stopping;
  let everReady = false;
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();

  const run = (restartMs: number): void => {
    const startedAt = performance.now();
    const started = start();
    child = started;
    ended = new Promise((resolveEnded) => {
      started.once('error', () => {
        resolveEnded();
      });
      started.once('exit', () => {
        resolveEnded();
        if (stopping || !everReady) return;
        say('Postgres has ended by itself and is started again.');
        const isSteady = performance.now() - startedAt > STEADY_MS;
        void restart(isSteady ? RESTART_MS_MIN : restartMs);
      });
    });
  };

  const restart = async (restartMs: number): Promise<void> => {
    await wait(restartMs);
    // Where something can't be ended, Postgres refuses to start beside it, and the next turn tries again.
    if (!isStopping()) await endLeftover(cluster).catch(() => undefined);
    if (!isStopping()) run(Math.min(restartMs * 2, RESTART_MS_MAX));
  };

  run(RESTART_MS_MIN);
  const ready = waitUntilReady(cluster, () => child?.exitCode !== null || child.signalCode !== null).then(
    () => {
      everReady = true;
    },
  );
  const stop = async (): Promise<void> => {
    stopping = true;
    child?.kill('SIGINT');
    const quit = setTimeout(() => child?.kill('SIGQUIT'), STOP_MS);
    await ended;
    clearTimeout(quit);
  };
  return { ready, stop };
};

const waitUntilReady = async (cluster: string, hasEnded: () => boolean): Promise<void> => {
  for (let waitedMs = 0; waitedMs < READY_MS; waitedMs += STEP_MS) {
    if (runningSocketFolder(cluster) !== undefined) return;
    if (hasEnded()) break;
    await wait(STEP_MS);
  }
  throw new StartProblem(
    'The database in the data folder does not start: it may be damaged, or the disk full. postgres.log there says why.',
  );
};
