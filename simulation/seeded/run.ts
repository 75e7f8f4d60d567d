/** One story: a seed and how many steps, or which of them. The same ones give the same trace. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chance } from './chance.ts';
import { checkDevices, checkRest, checkVerified, comeToRest } from './invariants.ts';
import { begin } from './joining.ts';
import { takeStep } from './steps.ts';
import { Violation } from './trace.ts';
import { prepareWorlds, World } from './world.ts';

export interface Story {
  readonly seed: number;
  readonly steps: number;
  /** The steps that are taken; all where it is not given. */
  readonly kept?: ReadonlySet<number>;
}

export interface Ending {
  readonly operations: number;
  readonly digest: string;
  readonly violation:
    { readonly invariant: number; readonly words: string; readonly step: number } | undefined;
  readonly story: readonly string[];
}

/** Steps between two looks at everything, and between two rests. */
const CHECK_EVERY = 20;
const REST_EVERY = 125;

export const run = async ({ seed, steps, kept }: Story): Promise<Ending> => {
  await prepareWorlds();
  const folder = mkdtempSync(join(tmpdir(), 'mhb-simulation-'));
  const world = new World(seed, folder);
  let step = -1;
  let violation: Ending['violation'];
  try {
    await begin(world, new Chance(seed, 'devices').between(2, 5));
    for (step = 0; step < steps; step += 1) {
      if (kept?.has(step) === false) continue;
      world.chance = new Chance(seed, 'step', step);
      world.isCalm = false;
      await takeStep(world);
      if (step % CHECK_EVERY === CHECK_EVERY - 1) checkDevices(world);
      if (step % REST_EVERY === REST_EVERY - 1) await rest(world);
    }
    await rest(world);
  } catch (error) {
    violation = { ...wordsOf(error), step };
  } finally {
    world.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const { operations, story } = world.trace;
  return { operations, digest: world.trace.digest(), violation, story };
};

const rest = async (world: World): Promise<void> => {
  await comeToRest(world);
  checkRest(world);
  await checkVerified(world);
};

/** What is no violation is a fault of ours, which is told with the place it comes from. */
const wordsOf = (error: unknown): { readonly invariant: number; readonly words: string } => {
  if (error instanceof Violation) return { invariant: error.invariant, words: error.message };
  return { invariant: 0, words: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};
