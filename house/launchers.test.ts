/** Both programs start alike: neither room may enter the other, so each has a copy of the same few lines. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the two launchers are one text', () => {
  expect(readFileSync('apps/sync-service/bin/launch.js', 'utf8')).toBe(
    readFileSync('apps/desktop/bin/launch.js', 'utf8'),
  );
});

test.each([
  { path: 'apps/desktop/bin/mhb.js', growth: 25 },
  { path: 'apps/sync-service/bin/mhb-sync.js', growth: 100 },
])('$path is started with the options that bench/ measures it with', ({ path, growth }) => {
  expect(readFileSync(path, 'utf8').split('\n', 1)[0]).toBe(
    `#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=4 --heap-growing-percent=${String(growth)}`,
  );
});
