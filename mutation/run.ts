/**
 * Changes the code in small ways and asks whether a test notices.
 *
 *   npm run test:mutation                   every part, about a quarter of an hour on two cores
 *   npm run test:mutation -- merge cursor   some of them
 *
 * Prints each change that no test noticed, and a table at the end. Ends with 1 where a part is below 90 %.
 */
import { Stryker } from '@stryker-mutator/core';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type PartName, partNames, parts } from './parts.ts';

const SCORE_MIN = 90;

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !(partNames as readonly string[]).includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}. The parts are ${partNames.join(', ')}.\n`);
  process.exit(2);
}

interface Score {
  readonly name: PartName;
  readonly noticed: number;
  readonly all: number;
}

const scoreOf = async (name: PartName): Promise<Score> => {
  process.env.MHB_MUTATION_PART = name;
  const results = await new Stryker({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.mutation.config.ts', related: false },
    mutate: [...parts[name].files],
    coverageAnalysis: 'perTest',
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
    concurrency: 2,
    tempDirName: join(tmpdir(), 'mhb-mutation'),
    // What the programs write beside the code is none of it.
    ignorePatterns: ['.git', 'demonstration-data'],
    allowEmpty: false,
  }).runMutationTest();
  // One that can't be compiled or loaded is no change of what the code does.
  const counted = results.filter(({ status }) =>
    ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status),
  );
  const noticed = counted.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  return { name, noticed, all: counted.length };
};

const percentOf = ({ noticed, all }: Score): number => (all === 0 ? 0 : (100 * noticed) / all);

const scores: Score[] = [];
const chosen = partNames.filter((name) => positionals.length === 0 || positionals.includes(name));
for (const name of chosen) scores.push(await scoreOf(name));

process.stdout.write('\n| part | changes | noticed | score |\n| --- | ---: | ---: | ---: |\n');
for (const score of scores) {
  const { name, noticed, all } = score;
  process.stdout.write(
    `| ${name} | ${String(all)} | ${String(noticed)} | ${percentOf(score).toFixed(1)} % |\n`,
  );
}
process.exitCode = scores.every((score) => percentOf(score) >= SCORE_MIN) ? 0 : 1;
