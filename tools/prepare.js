// Runs before `npm start` and `npm test`, on any Node: installs what the lockfile says where that has not been done.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const installed = 'node_modules/.package-lock.json';
const isCurrent =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs;

if (!isCurrent) {
  process.stderr.write('Installing what the project needs (once) ...\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write('The installation failed. Check the network and run the command again.\n');
    process.exit(1);
  }
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
