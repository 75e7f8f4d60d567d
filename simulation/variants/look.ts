/** Looks whether a copy of the code is caught: by seeds of the simulation, or by test files of the suite. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** By whom, and as what. */
export interface Caught {
  readonly by: string;
  readonly as: string;
}

export interface Seeds {
  readonly seeds: number;
  readonly steps: number;
}

interface Violation {
  readonly seed: number;
  readonly step: number;
  readonly invariant: number;
  readonly words: string;
}

/** The first seed that breaks something here and nothing in the unbroken code. */
export const lookWithSeeds = async (
  tree: string,
  { seeds, steps }: Seeds,
  isSound: (seed: number) => Promise<boolean>,
): Promise<Caught | undefined> => {
  for (let from = 1; from <= seeds;) {
    const found = await firstViolation(tree, { from, to: seeds, steps });
    if (found === undefined) return undefined;
    if (await isSound(found.seed)) {
      return {
        by: `seed ${String(found.seed)}, step ${String(found.step)}`,
        as: `${String(found.invariant)}: ${found.words.split('\n', 1)[0] ?? ''}`,
      };
    }
    from = found.seed + 1;
  }
  return undefined;
};

export const firstViolation = async (
  tree: string,
  { from, to, steps }: { readonly from: number; readonly to: number; readonly steps: number },
): Promise<Violation | undefined> => {
  const range = ['--seeds', `${String(from)}..${String(to)}`, '--steps', String(steps)];
  const output = await run(tree, ['simulation/simulate.ts', ...range, '--first', '--once', '--json']);
  const line = /^\{.*\}$/m.exec(output)?.[0];
  return line === undefined ? undefined : (JSON.parse(line) as Violation);
};

/**
 * The tests that fail, by file and name. A file that can't even be loaded has none: that would be no catch. Where
 * `mustLoad`, as for the unbroken code, it is an error.
 */
export const lookWithTests = async (
  tree: string,
  files: readonly string[],
  {
    isFirstEnough = false,
    mustLoad = false,
  }: { readonly isFirstEnough?: boolean; readonly mustLoad?: boolean },
): Promise<readonly Caught[]> => {
  const folder = mkdtempSync(join(tree, 'temporary', 'tests-'));
  const report = join(folder, 'report.json');
  await run(tree, [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...files,
    '--reporter=json',
    `--outputFile=${report}`,
    ...(isFirstEnough ? ['--bail=1'] : []),
  ]);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  rmSync(folder, { recursive: true, force: true });
  const loaded = new Set(
    testResults.filter((one) => one.assertionResults.length > 0).map(({ name }) => name),
  );
  const missing = files.filter((file) => ![...loaded].some((name) => name.endsWith(file)));
  if (mustLoad && missing.length > 0) throw new Error(`no tests were run of ${missing.join(', ')}`);
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => ({ by: basename(name), as: fullName })),
  );
};

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Longer than any of them takes; a copy may be broken so that it never ends. */
const LONGEST_MS = 10 * 60_000;

const run = (tree: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const started = spawn(process.execPath, args, {
      cwd: tree,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: LONGEST_MS,
      // A world that ends because another one failed leaves its folder behind.
      env: { ...process.env, TMPDIR: join(tree, 'temporary') },
    });
    let output = '';
    started.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    started.on('error', reject).on('close', () => {
      resolve(output);
    });
  });
