/** Every process of a benchmark: started with this Node, waited for, and ended with it, also where something fails. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { DeviceJob, DeviceResult } from './device-process.ts';
import type { FloorJob, FloorResult } from './floor-process.ts';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** As the first line of the programs has it. */
const LIKE_THE_PROGRAMS = ['--max-semi-space-size=4', '--heap-growing-percent=25'];
const SERVICE = pathOf('../apps/sync-service/bin/mhb-sync.js');

export interface Processes {
  readonly device: (job: DeviceJob) => Promise<DeviceResult>;
  readonly floor: (job: FloorJob) => Promise<FloorResult>;
  readonly startService: (folder: string, logPath: string) => Promise<RunningService>;
}

export interface RunningService {
  readonly url: string;
  readonly pid: number;
  /** Makes an account and answers its API key. */
  readonly newAccount: () => Promise<string>;
  /** Resolves when the service and its Postgres have ended. */
  readonly stop: () => Promise<void>;
}

/** All of them are ended when `signal` is aborted. What they compile is kept in a folder, as the programs do. */
export const startProcesses = (signal: AbortSignal, compiled: string): Processes => {
  // What is measured is the service and not how often it lets one ask.
  const unlimited = { MHB_SYNC_REQUESTS_PER_MINUTE: '0' };
  const env = { ...process.env, MALLOC_ARENA_MAX: '1', NODE_COMPILE_CACHE: compiled, ...unlimited };
  const answerOf = async (args: readonly string[]): Promise<unknown> => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], signal, env });
    const ended = endOf(child);
    const printed = await text(child.stdout);
    await ended;
    signal.throwIfAborted();
    if (child.exitCode !== 0) throw new Error(`a process of the benchmark failed: ${args[0] ?? ''}`);
    return JSON.parse(printed);
  };
  const job = (file: string, given: DeviceJob | FloorJob, options: readonly string[] = []) =>
    answerOf([...options, pathOf(file), JSON.stringify(given)]);

  return {
    // What these print is typed where they print it.
    device: async (given) => (await job('./device-process.ts', given, LIKE_THE_PROGRAMS)) as DeviceResult,
    floor: async (given) => (await job('./floor-process.ts', given)) as FloorResult,
    startService: async (folder, logPath) => {
      const log = openSync(logPath, 'a', 0o600);
      const options = ['--data-dir', folder, '--port', '0', '--while-stdin-open'];
      const child = spawn(process.execPath, [...LIKE_THE_PROGRAMS, SERVICE, 'serve', ...options], {
        // Its standard input ends with this process, however that ends.
        stdio: ['pipe', 'pipe', log],
        signal,
        env,
      });
      closeSync(log);
      const ended = endOf(child);
      const stop = async (): Promise<void> => {
        child.stdin?.end();
        child.kill('SIGTERM');
        await ended;
      };
      const url = await Promise.race([listeningAddress(child), ended]);
      if (url === undefined || child.pid === undefined || signal.aborted) {
        await stop();
        throw new Error(`the service did not start: ${readFileSync(logPath, 'utf8')}`);
      }
      return {
        url,
        // Node 24 runs the service in the process that was started, so this is the one that serves.
        pid: child.pid,
        newAccount: async () => {
          const made = await answerOf([SERVICE, 'accounts', 'create', '--data-dir', folder]);
          return (made as { readonly api_key: string }).api_key;
        },
        stop,
      };
    },
  };
};

/** An abort is told as an error too; what counts is that the process has ended, or never began. */
const endOf = (child: ChildProcess): Promise<undefined> =>
  new Promise((resolve) => {
    child.once('exit', () => {
      resolve(undefined);
    });
    child.on('error', () => {
      if (child.pid === undefined) resolve(undefined);
    });
  });

const listeningAddress = async ({ stdout }: ChildProcess): Promise<string | undefined> => {
  if (stdout === null) return undefined;
  for await (const line of createInterface({ input: stdout })) return line.replace('listening on ', '');
  return undefined;
};
