import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,apps,house,demonstration,simulation,conformance,bench}/**/*.test.ts'],
    // Those need a browser: npm run test:e2e.
    exclude: ['**/node_modules/**', 'apps/desktop/e2e/**'],
    reporters: ['default', './house/vector-reporter.ts'],
    globalSetup: ['house/temporary-folder.ts'],
    // Real Postgres and real files: starting a cluster takes seconds on a slow machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
