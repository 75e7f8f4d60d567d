/** Builds the page once before its tests, from the sources as they are. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const setup = (): void => {
  if (process.env.MHB_SKIP_BUILD !== undefined) return;
  execFileSync('npx', ['vite', 'build', '--logLevel', 'error'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    // Vitest says "test", which would build another page than people get: a larger one, for its developers.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};
