/** A sync service as somebody would run it: its own program, on its own Postgres, in a folder of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newFolder } from './window.testing.ts';

const PROGRAM = fileURLToPath(new URL('../../sync-service/bin/mhb-sync.js', import.meta.url));

export interface TestService {
  readonly url: string;
  readonly createAccount: () => Promise<string>;
  /** Ends it; `start` brings it back on the same port and data. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export const startTestService = async (): Promise<TestService> => {
  const dataDir = newFolder();
  let port = '0';
  const run = async () => {
    const child = spawn(
      process.execPath,
      [PROGRAM, 'serve', '--while-stdin-open', '--data-dir', dataDir, '--port', port],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    for await (const line of createInterface(child.stdout)) {
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (found === undefined) continue;
      port = found;
      return child;
    }
    throw new Error('The service ended before it listened.');
  };
  let child: Awaited<ReturnType<typeof run>> | undefined = await run();
  const stop = async (): Promise<void> => {
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
    child = undefined;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    createAccount: async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        PROGRAM,
        'accounts',
        'create',
        '--data-dir',
        dataDir,
      ]);
      return (JSON.parse(stdout) as { readonly api_key: string }).api_key;
    },
    stop,
    start: async () => {
      child ??= await run();
    },
    [Symbol.asyncDispose]: stop,
  };
};
