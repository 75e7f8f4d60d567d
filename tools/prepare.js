// Runs before `npm start` and `npm test`, on any Node: installs what the lockfile says and builds the page of the app,
// where either has not been done since it changed. MHB_SKIP_BUILD leaves the page as it is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const installed = 'node_modules/.package-lock.json';
const isCurrent =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs;

/** Ends with this message where npm does. */
const npm = (args, message) => {
  const onWindows = process.platform === 'win32';
  const { status } = spawnSync(onWindows ? 'npm.cmd' : 'npm', args, {
    stdio: ['ignore', 2, 2],
    shell: onWindows,
  });
  if (status === 0) return;
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

if (!isCurrent) {
  process.stderr.write('Installing what the project needs (once) ...\n');
  npm(
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'The installation failed. Check the network and run the command again.',
  );
}

const pinned = existsSync(
  `node_modules/node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
);
if (!pinned && Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `Node 24 or newer is needed on this platform; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}

const built = 'apps/desktop/build/index.html';
const sources = [
  'apps/desktop/src',
  'apps/desktop/static',
  'apps/desktop/vite.config.ts',
  'packages/core-domain/src',
];

/** When anything in it was last written. */
const changedMs = (path) => {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => changedMs(join(path, name))));
};

if (process.env.MHB_SKIP_BUILD === undefined) {
  const isBuilt = existsSync(built) && sources.every((path) => changedMs(path) <= statSync(built).mtimeMs);
  if (!isBuilt) {
    process.stderr.write('Building the page of the app ...\n');
    npm(
      ['run', '--silent', 'build', '-w', 'apps/desktop', '--', '--logLevel', 'error'],
      'The page was not built.',
    );
  }
}
