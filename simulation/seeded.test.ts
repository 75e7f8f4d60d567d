/**
 * Worlds of one seed each: whatever people, networks, clocks, crashes and old backups do, at rest all devices agree and
 * no edit is lost. A small share of `npm run simulate`.
 */
import { expect, test } from 'vitest';
import { run } from './seeded/run.ts';
import { variants } from './variants/variants.ts';
import { readFileSync } from 'node:fs';

const OPERATIONS = 10_000;
const STEPS = 400;
const FIRST_SEED = 500_000;

test('[M2] [O1] [D6] worlds with every fault come to rest with every edit, and each goes the same way twice', async () => {
  let operations = 0;
  for (let seed = FIRST_SEED; operations < OPERATIONS; seed += 1) {
    const once = await run({ seed, steps: STEPS });
    const tellIt = `npm run simulate -- --seed ${String(seed)} --steps ${String(STEPS)}`;
    expect(once.violation, tellIt).toBeUndefined();
    const again = await run({ seed, steps: STEPS });
    expect(again.digest, tellIt).toBe(once.digest);
    operations += once.operations;
  }
}, 3_600_000);

test('the same seed and other steps give another trace', async () => {
  const one = await run({ seed: FIRST_SEED, steps: 30 });
  const other = await run({ seed: FIRST_SEED, steps: 31 });
  expect(other.digest).not.toBe(one.digest);
});

test.each(variants)('$name: the code it breaks is as it was', ({ file, from, also = [] }) => {
  for (const change of [{ file, from }, ...also]) {
    const text = readFileSync(new URL(`../${change.file}`, import.meta.url), 'utf8');
    expect(text.split(change.from)).toHaveLength(2);
  }
});
