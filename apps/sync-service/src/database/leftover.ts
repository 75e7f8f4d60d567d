/**
 * Ends a Postgres that a killed service left behind, or the processes that a killed Postgres left behind. It is asked
 * to stop, as an operator would, and waited for; nothing is done to a process that merely has the same number.
 */
import { readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StartProblem } from '../failures.ts';
import { argumentsOf, isAlive, nameOf, workingFolderOf } from './process-identity.ts';

const STEP_MS = 50;
const FAST_MS = 15_000;
const IMMEDIATE_MS = 30_000;

export const endLeftover = async (cluster: string): Promise<void> => {
  const lock = join(cluster, 'postmaster.pid');
  const pid = readPid(lock);
  for (let waitedMs = 0; ; waitedMs += STEP_MS) {
    const isRunning = pid !== undefined && isPostgresOf(pid, cluster);
    const orphans = isRunning ? [] : orphansOf(cluster);
    if (!isRunning && orphans.length === 0) break;
    if (isRunning && waitedMs === 0) signal(pid, 'SIGINT');
    if (isRunning && waitedMs === FAST_MS) signal(pid, 'SIGQUIT');
    // Postgres recovers from a kill; what it can't start beside is one of these that still runs.
    for (const orphan of orphans) signal(orphan, 'SIGKILL');
    if (waitedMs >= IMMEDIATE_MS) {
      throw new StartProblem(
        `Postgres (pid ${String(pid ?? orphans[0])}) still uses the data folder and does not stop. Stop it first.`,
      );
    }
    await wait(STEP_MS);
  }
  // Left by one that was killed. Its number may be a stranger's now, or that of a process which has ended and which
  // nobody has taken notice of; Postgres itself would refuse to start.
  for (const left of [lock, join(cluster, '.s.PGSQL.5432.lock')]) rmSync(left, { force: true });
};

/** Where the running Postgres of a cluster listens, or `undefined` where none is ready. */
export const runningSocketFolder = (cluster: string): string | undefined => {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return pid > 0 && isAlive(pid) && lines[7]?.trim() === 'ready' ? lines[4] : undefined;
  } catch {
    return undefined;
  }
};

const readPid = (lock: string): number | undefined => {
  try {
    const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
};

/** A postmaster works in its cluster's folder, or at least was told of it. */
const isPostgresOf = (pid: number, cluster: string): boolean => {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const folder = workingFolderOf(pid);
  return folder === undefined ? argumentsOf(pid).includes(cluster) : folder === realpathSync(cluster);
};

/** What a postmaster that was killed had started; it ends by itself, but not always at once. */
const orphansOf = (cluster: string): readonly number[] => {
  if (process.platform !== 'linux') return [];
  const folder = realpathSync(cluster);
  return readdirSync('/proc')
    .map(Number)
    .filter(
      (pid) => pid > 0 && workingFolderOf(pid) === folder && nameOf(pid) === 'postgres' && isAlive(pid),
    );
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
};
