/**
 * The shared cases, which were worked out independently, through the commands. Each that ran is marked, so that the
 * reporter of house/ counts what really ran.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

export type VectorFile = 'assessment_scoring' | 'goals_trends' | 'schedule_due' | 'validation';

declare module 'vitest' {
  interface TaskMeta {
    vector?: { readonly file: VectorFile; readonly kind: string; readonly id: string };
  }
}

interface Case {
  readonly id: string;
}

/** Claims the shape; a file that has another one fails its tests. */
export const readVectors = <Contents>(file: VectorFile): Contents =>
  JSON.parse(
    readFileSync(new URL(`../../../core-domain/vectors/${file}.json`, import.meta.url), 'utf8'),
  ) as Contents;

/** A test for each of them, named by its id and note or rule. */
export const testVectors = <Vector extends Case>(
  { file, kind }: { readonly file: VectorFile; readonly kind: string },
  cases: readonly Vector[],
  check: (vector: Vector) => Promise<void>,
): void => {
  test.for(cases.map((vector) => ({ ...vector, title: titleOf(vector) })))(
    '$title',
    async (vector, { task }) => {
      await check(vector);
      task.meta.vector = { file, kind, id: vector.id };
    },
  );
};

const titleOf = (vector: Case & { readonly note?: string; readonly rule?: string }): string =>
  [vector.id, vector.note ?? vector.rule ?? ''].join(' ').trim();

/** A kind of case that nobody takes up would be passed over in silence. */
export const testThatAllAreTakenUp = (
  file: VectorFile,
  found: readonly string[],
  taken: readonly string[],
): void => {
  test(`every kind of case in ${file}.json is taken up`, () => {
    expect([...new Set(found)].filter((kind) => !taken.includes(kind))).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });
};

/** Fractions are given to a few digits. */
export const closeTo = (expected: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? (expect.closeTo(value, 5) as unknown) : value,
    ]),
  );
