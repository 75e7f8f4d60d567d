/** Devices in an evening: each visit begins at its time, however many are still under way. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Evening, eveningOf } from './load-day.ts';
import type { LoadDevices } from './load-devices.ts';

/** Resolves when the last visit is over, with how many there were. After `signal` none begins any more. */
export const visitInEvening = async (
  devices: Pick<LoadDevices, 'visit'>,
  evening: Evening,
  signal?: AbortSignal,
): Promise<number> => {
  const begunAt = performance.now();
  const running: Promise<void>[] = [];
  for (const visit of eveningOf(evening)) {
    const earlyMs = begunAt + visit.atMs - performance.now();
    if (earlyMs > 1) await wait(earlyMs, undefined, signal && { signal }).catch(() => undefined);
    if (signal?.aborted === true) break;
    running.push(devices.visit(visit));
  }
  await Promise.all(running);
  return running.length;
};
