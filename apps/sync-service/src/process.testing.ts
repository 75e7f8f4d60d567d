/** The service as an operator runs it: the real command in a process of its own, asked over the network. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, vi } from 'vitest';
import { type Answer, temporaryFolder, WAITING } from './testing.ts';

const COMMAND = fileURLToPath(new URL('../bin/mhb-sync.js', import.meta.url));

export interface Ran {
  /** What it exited with; the name of a signal where one ended it. */
  readonly exit: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exited: Promise<Ran>;
}

export interface RunningService extends Running {
  readonly address: string;
  /** Asked to stop, and waited for. */
  readonly stop: () => Promise<Ran>;
}

type Environment = Readonly<Record<string, string>>;

const start = (args: readonly string[], environment: Environment = {}, command = COMMAND): Running => {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...inherited, ...environment },
    stdio: 'pipe',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  const exited = once(child, 'close').then(() => ({ exit: child.exitCode ?? child.signalCode, ...texts }));
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, exited };
};

/** Runs a command to its end. */
export const run = (args: readonly string[], environment?: Environment): Promise<Ran> =>
  start(args, environment).exited;

/** A fresh folder; whatever still works in it when the test is over is ended, and it is removed. */
export const dataFolder = (): string => {
  const folder = temporaryFolder();
  onTestFinished(() => {
    for (const pid of [readPid(folder, 'service.pid'), postmasterOf(folder)]) {
      if (pid !== undefined) end(pid);
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

/** Starts the service and waits for its one line; `command` is the path of another version of it. */
export const serve = async (
  folder: string,
  args: readonly string[] = [],
  environment?: Environment,
  command?: string,
): Promise<RunningService> => {
  const running = start(['serve', '--port', '0', '--data-dir', folder, ...args], environment, command);
  const early = running.exited.then(({ stderr }) => {
    throw new Error(`the service ended before it was ready: ${stderr}`);
  });
  early.catch(() => undefined);
  const ready = vi.waitFor(() => {
    expect(running.stdout()).toContain('\n');
  }, WAITING);
  await Promise.race([ready, early]);
  const stop = (): Promise<Ran> => {
    running.child.kill('SIGTERM');
    return running.exited;
  };
  return { ...running, address: running.stdout().trim().replace('listening on ', ''), stop };
};

export interface CreatedAccount {
  readonly account_id: string;
  readonly api_key: string;
}

export const createAccountIn = async (folder: string, environment?: Environment): Promise<CreatedAccount> => {
  const { exit, stdout, stderr } = await run(['accounts', 'create', '--data-dir', folder], environment);
  expect(exit, stderr).toBe(0);
  return JSON.parse(stdout) as CreatedAccount;
};

/** One request over the network. */
export const ask = async <Body>(
  { address }: Pick<RunningService, 'address'>,
  { api_key }: Pick<CreatedAccount, 'api_key'>,
  [method, path, body]: readonly [method: string, path: string, body?: unknown],
): Promise<Answer<Body>> => {
  const answer = await fetch(address + path, {
    method,
    headers: {
      authorization: `Bearer ${api_key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Body,
    headers: Object.fromEntries(answer.headers),
  };
};

/** The number of the Postgres of a folder, or `undefined` where none says that it runs. */
export const postmasterOf = (folder: string): number | undefined =>
  readPid(folder, join('postgres', 'postmaster.pid'));

export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${String(pid)}/stat`, 'latin1').split(' ')[2] !== 'Z';
  } catch {
    return false;
  }
};

const readPid = (folder: string, file: string): number | undefined => {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, file), 'utf8'), 10);
    return pid > 0 && pid !== process.pid ? pid : undefined;
  } catch {
    return undefined;
  }
};

const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended by itself.
  }
};
