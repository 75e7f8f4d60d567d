/** The window in a real browser, over the real host and device: `npm run test:e2e`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['apps/desktop/e2e/**/*.test.ts'],
    globalSetup: ['house/temporary-folder.ts', 'apps/desktop/e2e/build-page.ts'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
