/** What processes use, as Linux keeps it: processor time and memory. */
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

interface Stat {
  readonly parent: number;
  readonly cpuMs: number;
}

/** `undefined` where there is no such process. */
export const statOf = (pid: number | string): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The name of the program may have spaces; what follows has none.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
};

export const cpuMsOf = (pid: number): number => statOf(pid)?.cpuMs ?? 0;

/** Of the processes that one has started, by their ids. */
const cpuOfChildren = (parent: number): ReadonlyMap<string, number> =>
  new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        const stat = statOf(pid);
        return stat?.parent === parent ? [[pid, stat.cpuMs] as const] : [];
      }),
  );

/** Begins to count; what is answered later is how much was used since, of children that were there or came. */
export const countCpuOfChildren = (parent: number): (() => number) => {
  const before = cpuOfChildren(parent);
  return () => [...cpuOfChildren(parent)].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);
};

/** Resident memory now, in MB. */
export const residentMb = (pid: number): number => {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1_024;
  } catch {
    return 0;
  }
};

/** The value below which so many of a hundred are. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
};
