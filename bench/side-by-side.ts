/** Times a command and its floor in turns, so that whatever else the machine does falls on both. */
import { deepStrictEqual } from 'node:assert';
import type { HistoryDevice } from './history-device.ts';
import type { Question } from './question.ts';
import { median } from './table.ts';

export interface Compared {
  readonly question: Question;
  readonly oursUs: number;
  readonly floorUs: number;
  readonly ratio: number;
  /** How often each of them was asked. */
  readonly repetitions: number;
  /** In how many of them ours took more than the aim, beside the floor of the same turn. */
  readonly over: number;
}

export const RATIO_MAX = 1.5;

/** For one question, warming up aside. */
const BUDGET_MS = 700;
const WARM_UP_MS = 200;
const REPETITIONS = { least: 15, most: 2_000 };

export const compare = async (ask: HistoryDevice['ask'], question: Question): Promise<Compared> => {
  const { command, input, floor } = question;
  // What the two answers are is known to each question alone, which claims it where it is written down.
  deepStrictEqual(...question.facts((await ask(command, input)) as never, floor() as never));

  const begunAt = performance.now();
  let turns = 0;
  while (performance.now() - begunAt < WARM_UP_MS || turns < 3) {
    await ask(command, input);
    floor();
    turns += 1;
  }
  const perTurnMs = (performance.now() - begunAt) / turns;
  const repetitions = Math.round(
    Math.min(REPETITIONS.most, Math.max(REPETITIONS.least, BUDGET_MS / perTurnMs)),
  );
  const ours: number[] = [];
  const floors: number[] = [];
  for (let turn = 0; turn < repetitions; turn += 1) {
    const startedAt = performance.now();
    await ask(command, input);
    const betweenAt = performance.now();
    floor();
    floors.push(performance.now() - betweenAt);
    ours.push(betweenAt - startedAt);
  }
  const oursUs = median(ours) * 1_000;
  const floorUs = median(floors) * 1_000;
  const over = ours.filter((ms, turn) => ms > RATIO_MAX * floors[turn]!).length;
  // Of each turn, since a machine that is slower for a while is slower for both of them.
  const ratio = median(ours.map((ms, turn) => ms / floors[turn]!));
  return { question, oursUs, floorUs, ratio, repetitions, over };
};
