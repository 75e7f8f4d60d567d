/** A copy of the code that may be broken: libraries are linked, our own packages copied, so a change stays in the copy. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Variant } from './variant.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  'packages',
  'apps',
  'simulation',
  'faults',
  'house',
  'fixtures',
  'package.json',
  'vitest.config.ts',
];
const PACKAGES = {
  'core-domain': 'packages/core-domain',
  device: 'packages/device',
  'sync-service': 'apps/sync-service',
};

export const copyTree = (): string => {
  const tree = mkdtempSync(join(tmpdir(), 'mhb-variants-'));
  // The database of the service runs as another user where we are root.
  chmodSync(tree, 0o755);
  for (const name of COPIED) {
    cpSync(join(ROOT, name), join(tree, name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  }
  const modules = join(tree, 'node_modules');
  mkdirSync(join(modules, '@mhb'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((entry) => entry !== '@mhb')) {
    // What the tools remember of the code belongs to the code it was made of.
    if (!name.startsWith('.vite')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const [name, path] of Object.entries(PACKAGES)) {
    symlinkSync(join(tree, path), join(modules, '@mhb', name));
  }
  mkdirSync(join(tree, 'temporary'), { mode: 0o777 });
  chmodSync(join(tree, 'temporary'), 0o777);
  return tree;
};

export const removeTree = (tree: string): void => {
  rmSync(tree, { recursive: true, force: true });
};

/** Changes the copy; what comes back puts it right again. A change that does not fit the code any more throws. */
export const breakTree = (tree: string, { file, from, to, also = [] }: Variant): (() => void) => {
  const before = new Map<string, string>();
  const mend = (): void => {
    for (const [path, text] of before) writeFileSync(path, text);
  };
  for (const change of [{ file, from, to }, ...also]) {
    const path = join(tree, change.file);
    const text = readFileSync(path, 'utf8');
    if (!before.has(path)) before.set(path, text);
    if (text.split(change.from).length !== 2) {
      mend();
      throw new Error(`${change.file} does not have this once: ${change.from}`);
    }
    writeFileSync(
      path,
      text.replace(change.from, () => change.to),
    );
  }
  return mend;
};
