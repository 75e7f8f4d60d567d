/** Processes that get only a share of a core, as if each had a small machine of its own. Linux, as root. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Short, so that a process that has used its share waits some milliseconds and not the tenth of a second it is by default. */
const PERIOD_US = 10_000;
const ROOT = '/sys/fs/cgroup';
/** Control groups of version 1 keep processor time in a tree of its own. Those of version 2 were not tried. */
const OF_VERSION_1 = join(ROOT, 'cpu');

/** Until `release`. */
export const limitCores = (pid: number, cores: number): { readonly release: () => void } => {
  const name = `mhb-load-${String(pid)}`;
  const quota = String(Math.round(cores * PERIOD_US));
  const isOfVersion1 = existsSync(join(OF_VERSION_1, 'cpu.cfs_quota_us'));
  const group = join(isOfVersion1 ? OF_VERSION_1 : ROOT, name);
  const write = (file: string, text: string): void => {
    writeFileSync(join(group, file), text);
  };
  try {
    if (!isOfVersion1) writeFileSync(join(ROOT, 'cgroup.subtree_control'), '+cpu');
    mkdirSync(group);
    if (isOfVersion1) {
      write('cpu.cfs_period_us', String(PERIOD_US));
      write('cpu.cfs_quota_us', quota);
    } else {
      write('cpu.max', `${quota} ${String(PERIOD_US)}`);
    }
    write('cgroup.procs', String(pid));
  } catch (error) {
    throw new Error('shares of a core need control groups of Linux, and root to make them', { cause: error });
  }
  return {
    release: () => {
      writeFileSync(join(group, '..', 'cgroup.procs'), String(pid));
      rmdirSync(group);
    },
  };
};
