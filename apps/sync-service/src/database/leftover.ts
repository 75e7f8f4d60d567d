/**
 * Ends a Postgres that a killed service left behind. It is asked to stop, as an operator would, and waited for;
 * nothing is done to a process that merely has the same number.
 */
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StartProblem } from '../failures.ts';
import { isAlive, workingFolderOf } from './process-identity.ts';

const STEP_MS = 50;
const FAST_MS = 15_000;
const IMMEDIATE_MS = 30_000;

export const endLeftover = async (cluster: string): Promise<void> => {
  const lock = join(cluster, 'postmaster.pid');
  const pid = readPid(lock);
  if (pid === undefined) return;
  if (!isPostgresOf(pid, cluster)) {
    // Its process is gone and the number belongs to nobody or to a stranger: Postgres itself would refuse to start.
    rmSync(lock, { force: true });
    return;
  }
  for (let waitedMs = 0; isPostgresOf(pid, cluster); waitedMs += STEP_MS) {
    if (waitedMs === 0) signal(pid, 'SIGINT');
    if (waitedMs === FAST_MS) signal(pid, 'SIGQUIT');
    if (waitedMs >= IMMEDIATE_MS) {
      throw new StartProblem(
        `Postgres (pid ${String(pid)}) still uses the data folder and does not stop. Stop it first.`,
      );
    }
    await wait(STEP_MS);
  }
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

/** A postmaster works in its cluster's folder. Where that can't be looked up, being alive has to do. */
const isPostgresOf = (pid: number, cluster: string): boolean => {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  return workingFolderOf(pid) === realpathSync(cluster);
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
};
