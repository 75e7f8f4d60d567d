/**
 * Breaks a copy of the code in each of the known ways and lets the simulation look for it:
 * `node simulation/variants/catch.ts [--seeds N] [--steps N] [part of a name …]`. Exits with 1 where one is not caught.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Variant, variants } from './variants.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['packages', 'apps', 'simulation', 'package.json'];

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: '300' }, steps: { type: 'string', default: '400' } },
  allowPositionals: true,
});

/** The tree, with libraries linked and our own packages copied, so that a change stays in the copy. */
const copyTree = (): string => {
  const tree = mkdtempSync(join(tmpdir(), 'mhb-variants-'));
  for (const name of COPIED) {
    cpSync(join(ROOT, name), join(tree, name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  }
  linkLibraries(tree);
  mkdirSync(join(tree, 'temporary'));
  return tree;
};

const linkLibraries = (tree: string): void => {
  const modules = join(tree, 'node_modules');
  mkdirSync(join(modules, '@mhb'), { recursive: true });
  const listed = spawnSync('ls', ['-A', join(ROOT, 'node_modules')], { encoding: 'utf8' }).stdout.split('\n');
  for (const name of listed.filter((entry) => entry !== '' && entry !== '@mhb')) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  const own = {
    'core-domain': 'packages/core-domain',
    device: 'packages/device',
    'sync-service': 'apps/sync-service',
  };
  for (const [name, path] of Object.entries(own)) symlinkSync(join(tree, path), join(modules, '@mhb', name));
};

interface Caught {
  readonly seed: number;
  readonly step: number;
  readonly invariant: number;
  readonly words: string;
}

const look = (tree: string): Caught | undefined => {
  const args = [
    'simulation/simulate.ts',
    '--seeds',
    `1..${values.seeds}`,
    '--steps',
    values.steps,
    '--first',
    '--once',
    '--json',
  ];
  const { stdout } = spawnSync(process.execPath, args, {
    cwd: tree,
    encoding: 'utf8',
    // A world that ends because another one failed leaves its folder behind.
    env: { ...process.env, TMPDIR: join(tree, 'temporary') },
  });
  const found = /^\{.*\}$/m.exec(stdout)?.[0];
  return found === undefined ? undefined : (JSON.parse(found) as Caught);
};

const tryVariant = (tree: string, { file, from, to, also = [] }: Variant): Caught | undefined => {
  const before = new Map<string, string>();
  for (const change of [{ file, from, to }, ...also]) {
    const path = join(tree, change.file);
    const text = readFileSync(path, 'utf8');
    if (!before.has(path)) before.set(path, text);
    if (text.split(change.from).length !== 2)
      throw new Error(`${change.file} does not have this once: ${change.from}`);
    writeFileSync(
      path,
      text.replace(change.from, () => change.to),
    );
  }
  try {
    return look(tree);
  } finally {
    for (const [path, text] of before) writeFileSync(path, text);
  }
};

const isMeant = ({ name }: Variant): boolean =>
  positionals.length === 0 || positionals.some((part) => name.includes(part));

const tree = copyTree();
let escaped = 0;
try {
  for (const variant of variants.filter(isMeant)) {
    const caught = tryVariant(tree, variant);
    if (caught === undefined) escaped += 1;
    const found =
      caught === undefined
        ? 'not caught'
        : `seed ${String(caught.seed)}, step ${String(caught.step)} | ${String(caught.invariant)}: ${caught.words.split('\n', 1)[0] ?? ''}`;
    process.stdout.write(`| ${variant.name} | ${found} |\n`);
  }
} finally {
  rmSync(tree, { recursive: true, force: true });
}
process.exitCode = escaped === 0 ? 0 : 1;
