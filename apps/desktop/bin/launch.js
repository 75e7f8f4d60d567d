// Plain JavaScript that any Node can read: finds a Node that runs this project and hands over to it.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;

/** Imports the program here where Node is new enough, else runs it in the Node that was installed beside it. */
export const runWithNode24 = async (program) => {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
    await import(program.href);
    return;
  }
  const node = installedNode();
  if (node === undefined) {
    process.stderr.write(
      `This needs Node ${NODE_MAJOR_MIN} or newer; this is Node ${process.versions.node}.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [fileURLToPath(program), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 1));
  });
};

const installedNode = () => {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/package.json`);
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
};
