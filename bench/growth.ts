/** Whether what a page shows of now costs more as the years go by: the same question to devices of different ages. */
import type { HistoryDevice } from './history-device.ts';
import type { Question } from './question.ts';
import { median } from './table.ts';

export interface Growth {
  readonly name: string;
  /** Of our command, in microseconds, in the order of the devices. */
  readonly us: readonly number[];
  /** What the last one takes for each that the first one takes. */
  readonly factor: number;
}

/** The page is the same and the index above it a little higher; what read all the years would take ten times as long. */
export const GROWTH_MAX = 1.5;

const WARM_UP_TURNS = 100;
const TURNS = 400;

/** They take turns, so that whatever else the machine does falls on all of them. */
export const measureGrowth = async (
  devices: readonly HistoryDevice[],
  questions: readonly Question[],
): Promise<readonly Growth[]> => {
  const growth: Growth[] = [];
  for (const { name, command, input } of questions) {
    const times = devices.map((): number[] => []);
    for (let turn = -WARM_UP_TURNS; turn < TURNS; turn += 1) {
      for (const [index, device] of devices.entries()) {
        const begunAt = performance.now();
        await device.ask(command, input);
        if (turn >= 0) times[index]!.push(performance.now() - begunAt);
      }
    }
    const [first, last] = [times[0]!, times.at(-1)!];
    const factor = median(last.map((ms, turn) => ms / first[turn]!));
    growth.push({ name, us: times.map((ms) => median(ms) * 1_000), factor });
  }
  return growth;
};
