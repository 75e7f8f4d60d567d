/** Runs `mhb` and `mhb-sync` as a person would type them, and shows each line before its answer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const programs = {
  mhb: fileURLToPath(new URL('../apps/desktop/bin/mhb.js', import.meta.url)),
  'mhb-sync': fileURLToPath(new URL('../apps/sync-service/bin/mhb-sync.js', import.meta.url)),
};

/** A command ended with an error, which it has told the person itself. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

export const say = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

/** What goes to standard output; words and progress bars go to the terminal. `shown` hides what nobody types. */
export const run = async (
  program: keyof typeof programs,
  args: readonly string[],
  shown: readonly string[] = args,
): Promise<string> => {
  say(`   $ ${[program, ...shown.map(quoted)].join(' ')}`);
  const child = spawn(process.execPath, [programs[program], ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const printed = await text(child.stdout);
  await ended;
  if (child.exitCode !== 0) throw new CommandFailed(`${program} did not succeed.`);
  return printed;
};

export interface RunningService {
  readonly url: string;
  /** Resolves when the service has ended, for whatever reason. */
  readonly ended: Promise<unknown>;
  readonly stop: () => void;
}

/** Starts the service and waits until it listens. It stops by itself when this process is gone. */
export const startService = async (args: readonly string[], logPath: string): Promise<RunningService> => {
  say(`   $ ${['mhb-sync', 'serve', ...args.map(quoted)].join(' ')}`);
  const log = openSync(logPath, 'a', 0o600);
  const child = spawn(process.execPath, [programs['mhb-sync'], 'serve', '--while-stdin-open', ...args], {
    stdio: ['pipe', 'pipe', log],
  });
  closeSync(log);
  const ended = once(child, 'exit');
  const url = await Promise.race([firstLine(child), ended.then(() => undefined)]);
  if (url === undefined) throw new CommandFailed(`The service did not start. ${logPath} says why.`);
  say(`   listening on ${url}`);
  return { url, ended, stop: () => child.kill('SIGTERM') };
};

export interface RunningApp {
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  readonly stop: () => void;
}

/** Opens the app. What it prints goes to the terminal, or line by line to `onLine`. */
export const openApp = (args: readonly string[], onLine?: (line: string) => void): RunningApp => {
  const child = spawn(process.execPath, [programs.mhb, ...args], {
    stdio: ['ignore', onLine === undefined ? 'inherit' : 'pipe', 'inherit'],
  });
  if (onLine !== undefined && child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', onLine);
  return {
    ended: once(child, 'exit').then(() => child.exitCode),
    stop: () => child.kill('SIGTERM'),
  };
};

const firstLine = async ({ stdout }: ChildProcess): Promise<string | undefined> => {
  if (stdout === null) return undefined;
  for await (const line of createInterface({ input: stdout })) return line.replace('listening on ', '');
  return undefined;
};

const quoted = (argument: string): string => (/^[\w./:@=-]+$/.test(argument) ? argument : `'${argument}'`);
