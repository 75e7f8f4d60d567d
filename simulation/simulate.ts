/**
 * `npm run simulate -- --seed N --steps N` runs one seed and tells its story where it fails, as short as it gets.
 * `--seeds A..B` runs many, each twice; `--budget-operations N` goes on with further seeds until so much was done, with
 * `--at-least-seeds N` of them.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Ending, run } from './seeded/run.ts';
import { shrink } from './seeded/shrink.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    steps: { type: 'string', default: '400' },
    'budget-operations': { type: 'string' },
    /** However few operations are wanted, so many worlds are lived through. */
    'at-least-seeds': { type: 'string', default: '0' },
    workers: { type: 'string', default: String(availableParallelism()) },
    /** Ends with the first failing seed. */
    first: { type: 'boolean', default: false },
    /** Without the second run of each seed. */
    once: { type: 'boolean', default: false },
    /** A failing seed as one line of JSON, without its story. */
    json: { type: 'boolean', default: false },
  },
});

interface Done {
  readonly seed: number;
  readonly operations: number;
  readonly violation: Ending['violation'];
}

const steps = Number(options.steps);
const say = (words: string): void => {
  process.stdout.write(`${words}\n`);
};

/** Twice, since a seed that ends differently the second time proves nothing (invariant 21). */
const runTwice = async (seed: number): Promise<Done> => {
  const once = await run({ seed, steps });
  if (options.once || once.violation !== undefined)
    return { seed, operations: once.operations, violation: once.violation };
  const again = await run({ seed, steps });
  const violation =
    once.digest === again.digest
      ? undefined
      : { invariant: 21, words: 'the same seed went another way the second time', step: steps };
  return { seed, operations: once.operations, violation };
};

const tell = async ({ seed, violation }: Done): Promise<void> => {
  if (violation === undefined) return;
  if (options.json) {
    say(JSON.stringify({ seed, ...violation }));
    return;
  }
  say(`Seed ${String(seed)} breaks invariant ${String(violation.invariant)}: ${violation.words}`);
  if (violation.invariant === 21) return;
  const { story, ending } = await shrink({ seed, steps }, violation);
  say(
    `The shortest story found has ${String(story.kept?.size ?? steps)} of ${String(violation.step + 1)} steps:`,
  );
  for (const sentence of ending.story) say(`  ${sentence}`);
  say(`and then: ${ending.violation?.words ?? ''}`);
};

/** Hands out seeds to workers until the range or the budget is used up. Answers what failed. */
const runMany = async (
  seeds: { readonly from: number; readonly to: number },
  budget: number,
): Promise<{ readonly failed: readonly Done[]; readonly operations: number; readonly seeds: number }> => {
  let next = seeds.from;
  let operations = 0;
  let count = 0;
  const failed: Done[] = [];
  const isEnough = () => operations >= budget && next - seeds.from >= Number(options['at-least-seeds']);
  const isOver = () => next > seeds.to || isEnough() || (options.first && failed.length > 0);
  const work = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const hand = (): void => {
        if (isOver()) {
          void worker.terminate();
          resolve();
        } else {
          worker.postMessage(next);
          next += 1;
        }
      };
      worker.on('message', (done: Done) => {
        operations += done.operations;
        count += 1;
        if (done.violation !== undefined) {
          failed.push(done);
          // A run of hours says so at once; its story follows at the end.
          if (!options.json)
            say(`Seed ${String(done.seed)} breaks invariant ${String(done.violation.invariant)}`);
        }
        if (count % 100 === 0 && !options.json)
          say(`${String(count)} seeds, ${String(operations)} operations, ${String(failed.length)} failed`);
        hand();
      });
      worker.on('error', reject);
      hand();
    });
  const workers = Array.from(
    { length: Number(options.workers) },
    () =>
      new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: { isWorker: true } }),
  );
  await Promise.all(workers.map(work));
  return { failed: failed.toSorted((a, b) => a.seed - b.seed), operations, seeds: count };
};

const main = async (): Promise<void> => {
  if (options.seed !== undefined) {
    const done = await runTwice(Number(options.seed));
    await tell(done);
    if (!options.json && done.violation === undefined)
      say(`Seed ${options.seed}: ${String(done.operations)} operations, nothing broken`);
    process.exitCode = done.violation === undefined ? 0 : 1;
    return;
  }
  const [from = '1', to = String(Number.MAX_SAFE_INTEGER)] = (options.seeds ?? '').split('..');
  const budget = Number(options['budget-operations'] ?? (options.seeds === undefined ? 100_000 : Infinity));
  const began = performance.now();
  const { failed, operations, seeds } = await runMany({ from: Number(from) || 1, to: Number(to) }, budget);
  for (const done of failed) await tell(done);
  if (!options.json) {
    const seconds = Math.round((performance.now() - began) / 1_000);
    say(
      `${String(operations)} operations over ${String(seeds)} seeds, ${options.once ? 'once' : 'each twice'}, in ${String(seconds)} s: ${String(failed.length)} failed`,
    );
  }
  process.exitCode = failed.length === 0 ? 0 : 1;
};

const isWorker = !isMainThread && (workerData as { readonly isWorker?: boolean } | null)?.isWorker === true;
if (isWorker) {
  parentPort?.on('message', (seed: number) => {
    void runTwice(seed).then((done) => parentPort?.postMessage(done));
  });
} else {
  await main();
}
