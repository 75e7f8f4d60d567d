/** The most memory a process has held, as Linux keeps it. */
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * In MB; `undefined` where the system does not say. Not `process.resourceUsage().maxRSS`: that one begins with what
 * the process that started this one had used.
 */
export const peakMb = (pid: number | 'self'): number | undefined => {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
};

/** From here on the peak counts anew, beginning with what the process holds now. Else it is that of its whole life. */
export const resetPeak = (pid: number): void => {
  try {
    writeFileSync(`/proc/${String(pid)}/clear_refs`, '5');
  } catch {
    // A peak that is too high is still an upper bound.
  }
};
