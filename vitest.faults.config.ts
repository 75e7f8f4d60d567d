import { defineConfig } from 'vitest/config';

/** Long suites with real faults; `npm run test:faults`, and a bounded share in CI. */
export default defineConfig({
  test: {
    include: ['faults/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['house/temporary-folder.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
