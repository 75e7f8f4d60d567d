// Plain JavaScript that any Node can read: finds a Node that runs this project and hands over to it. Each program has
// its own copy, because neither room may enter the other; house/launchers.test.ts keeps them the same.
import { spawn } from 'node:child_process';
import * as modules from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;

/** Imports the program here where Node is new enough, else runs it in the Node that was installed beside it. */
export const runWithNode24 = async (program) => {
  const cache = compileCache();
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
    if (cache !== undefined) modules.enableCompileCache(cache);
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
  const child = spawn(node, [...process.execArgv, fileURLToPath(program), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: cache === undefined ? process.env : { NODE_COMPILE_CACHE: cache, ...process.env },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 1));
  });
};

/**
 * Where compiled code is kept from one start to the next, which halves the time to start and spares 28 MB. In the
 * person's own folder: Node's default lies in the folder for everybody's temporary files, and what is in it is run.
 */
const compileCache = () => {
  try {
    return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mental-health-bar');
  } catch {
    return undefined;
  }
};

const installedNode = () => {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const manifest = modules
      .createRequire(import.meta.url)
      .resolve(`node-${platform}-${process.arch}/package.json`);
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
};
