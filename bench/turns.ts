/** Ours right after its floor, so that whatever else the machine does falls on both; the first turn only warms up. */
import type { Loaded } from './throughput-load.ts';

export interface Turns {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
  /** How much of the floor's rate ours has, turn by turn. */
  readonly ratios: readonly number[];
  /** Of each upload or page of ours. */
  readonly eachMs: readonly number[];
}

export const takeTurns = async (
  rounds: number,
  floor: () => Promise<Loaded>,
  ours: () => Promise<Loaded>,
): Promise<Turns> => {
  const turns = [];
  for (let round = 0; round <= rounds; round += 1) turns.push({ floor: await floor(), ours: await ours() });
  const counted = turns.slice(1);
  return {
    ours: counted.map((turn) => turn.ours.ms),
    floor: counted.map((turn) => turn.floor.ms),
    ratios: counted.map((turn) => turn.floor.ms / turn.ours.ms),
    eachMs: counted.flatMap((turn) => turn.ours.eachMs),
  };
};

export const inRounds = async <Value>(
  rounds: number,
  run: () => Promise<Value>,
): Promise<readonly Value[]> => {
  const values: Value[] = [];
  for (let round = 0; round <= rounds; round += 1) values.push(await run());
  return values.slice(1);
};
