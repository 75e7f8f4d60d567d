/** Runs `mhb` as a person would start it, and a screen that nobody looks at for it to open windows on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { findProgram } from './windows.ts';

const MHB = fileURLToPath(new URL('../../bin/mhb.js', import.meta.url));

export interface Program {
  readonly child: ChildProcess;
  /** The lines that it has printed until one fits. */
  readonly line: (fits: RegExp) => Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly printed: string }>;
}

export const startMhb = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program => {
  const child = spawn(process.execPath, [MHB, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MHB_WINDOW: 'none', ...environment },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  return {
    child,
    line: async (fits) => {
      for (;;) {
        const found = printed.split('\n').find((line) => fits.test(line));
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`It has ended: ${printed}`);
        await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      }
    },
    ended: once(child, 'close').then(() => ({ code: child.exitCode, printed })),
  };
};

/** Why windows can't be opened here, or `undefined`. */
export const missingProgram = (names: readonly string[]): string | undefined =>
  names.find((name) => findProgram(name, process.env) === undefined);

/** A screen of its own; answers its name. */
export const startScreen = async (): Promise<string> => {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGTERM'));
  const [, , , numbers] = child.stdio;
  if (numbers === null || numbers === undefined || !('read' in numbers)) throw new Error('no screen');
  const [number] = (await once(numbers, 'data')) as [Buffer];
  return `:${number.toString().trim()}`;
};

/** The processes that a process has started and that live. */
export const childrenOf = async (pid: number): Promise<readonly number[]> => {
  const listed = spawn('ps', ['-o', 'pid=', '--ppid', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] });
  return (await text(listed.stdout)).split('\n').map(Number).filter(Boolean);
};
