/** Prints how many of the shared cases went through the commands, counted from the tests that ran. */
import { readFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
}

export default class VectorReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const byFile = new Map<string, Map<string, Counts>>();
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const { vector } = test.meta();
      if (vector === undefined) continue;
      const kinds = byFile.get(vector.file) ?? new Map<string, Counts>();
      byFile.set(vector.file, kinds);
      const counts = kinds.get(vector.kind) ?? { passed: 0, failed: 0 };
      kinds.set(vector.kind, counts);
      counts[test.ok() ? 'passed' : 'failed'] += 1;
    }
    if (byFile.size === 0) return;
    const lines = [...byFile].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(linesOf);
    console.log(['', ' Shared cases through the commands', ...lines, ''].join('\n'));
  }
}

const linesOf = ([file, kinds]: readonly [string, ReadonlyMap<string, Counts>]): readonly string[] => {
  const all = [...kinds.values()];
  const passed = all.reduce((sum, counts) => sum + counts.passed, 0);
  const failed = all.reduce((sum, counts) => sum + counts.failed, 0);
  return [
    row(`${file}.json`, `${String(casesIn(file))} cases`, passed, failed),
    ...[...kinds].map(([kind, counts]) => row(`  ${kind}`, '', counts.passed, counts.failed)),
  ];
};

const row = (name: string, cases: string, passed: number, failed: number): string =>
  `   ${name.padEnd(26)} ${cases.padStart(10)} ${`${String(passed)} passed`.padStart(12)}, ${String(failed)} failed`;

const casesIn = (file: string): number => {
  const path = new URL(`../packages/core-domain/vectors/${file}.json`, import.meta.url);
  const contents = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
  return Object.values(contents).reduce<number>(
    (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
    0,
  );
};
