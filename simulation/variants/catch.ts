/**
 * Breaks a copy of the code in each of the known ways and looks who notices:
 * `npm run simulate:variants -- [--only "part of a name"] [--kind seeds|tests] [--seeds N] [--steps N] [--at-once N]`.
 * What it prints at the end is the table of README.md. Exits with 1 where one is not caught.
 */
import { parseArgs } from 'node:util';
import { type Caught, firstViolation, lookWithSeeds, lookWithTests } from './look.ts';
import { breakTree, copyTree, removeTree } from './tree.ts';
import type { Variant } from './variant.ts';
import { variants } from './variants.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    kind: { type: 'string' },
    seeds: { type: 'string', default: '300' },
    steps: { type: 'string', default: '400' },
    /** Copies that are tried side by side; each uses two processors already. */
    'at-once': { type: 'string', default: '1' },
  },
});

const range = { seeds: Number(options.seeds), steps: Number(options.steps) };
const chosen = variants.filter(
  ({ name, tests }) =>
    (options.only.length === 0 || options.only.some((part) => name.includes(part))) &&
    (options.kind === undefined || options.kind === (tests === undefined ? 'seeds' : 'tests')),
);

const say = (words: string): void => {
  process.stdout.write(`${words}\n`);
};

/** The unbroken code: what fails there too says nothing about a variant. */
const unbroken = copyTree();
const soundSeeds = new Map<number, Promise<boolean>>();
const isSound = (seed: number): Promise<boolean> => {
  const known =
    soundSeeds.get(seed) ??
    firstViolation(unbroken, { from: seed, to: seed, steps: range.steps }).then(
      (found) => found === undefined,
    );
  soundSeeds.set(seed, known);
  return known;
};

const tryVariant = async (
  tree: string,
  variant: Variant,
  failAnyway: ReadonlySet<string>,
): Promise<Caught | undefined> => {
  const mend = breakTree(tree, variant);
  try {
    if (variant.tests === undefined) return await lookWithSeeds(tree, range, isSound);
    const failed = await lookWithTests(tree, variant.tests, { isFirstEnough: failAnyway.size === 0 });
    return failed.find(({ as }) => !failAnyway.has(as));
  } finally {
    mend();
  }
};

const rowOf = ({ name, harm }: Variant, caught: Caught | undefined): string =>
  `| ${[name, harm, caught?.by ?? 'nobody', caught?.as ?? ''].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const main = async (): Promise<void> => {
  const files = [...new Set(chosen.flatMap(({ tests = [] }) => tests))];
  const failed = files.length === 0 ? [] : await lookWithTests(unbroken, files, { mustLoad: true });
  const failAnyway = new Set(failed.map(({ as }) => as));
  for (const name of failAnyway) say(`fails unbroken: ${name}`);
  const caughtBy = new Map<Variant, Caught | undefined>();
  const waiting = [...chosen];
  const work = async (): Promise<void> => {
    const tree = copyTree();
    try {
      for (let variant = waiting.shift(); variant !== undefined; variant = waiting.shift()) {
        const caught = await tryVariant(tree, variant, failAnyway);
        caughtBy.set(variant, caught);
        const words = caught === undefined ? 'NOT CAUGHT' : `${caught.by}: ${caught.as}`;
        say(`${String(caughtBy.size)} of ${String(chosen.length)}: ${variant.name}: ${words}`);
      }
    } finally {
      removeTree(tree);
    }
  };
  await Promise.all(Array.from({ length: Number(options['at-once']) }, work));
  const escaped = chosen.filter((variant) => caughtBy.get(variant) === undefined).length;
  say('\n| broken | what it does | caught by | as |\n| --- | --- | --- | --- |');
  for (const variant of chosen) say(rowOf(variant, caughtBy.get(variant)));
  say(`\n${String(chosen.length - escaped)} caught, ${String(escaped)} not caught`);
  process.exitCode = escaped === 0 && chosen.length > 0 ? 0 : 1;
};

try {
  await main();
} finally {
  removeTree(unbroken);
}
