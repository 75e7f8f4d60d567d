/** The folder of a service on embedded Postgres: it must be ours, and one process at a time uses it. */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type LockAttempt, type Purpose, takeFolderLock } from './database/folder-lock.ts';
import { StartProblem } from './failures.ts';

const STEP_MS = 100;
/** A command that made an account is done sooner. */
const COMMAND_MS = 30_000;

export const prepareFolder = (path: string): string => {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid } = statSync(folder);
    const self = process.getuid?.();
    if (self !== undefined && uid !== self) {
      throw new StartProblem(
        `The folder ${folder} belongs to another user of this computer. Choose another --data-dir.`,
      );
    }
    if (isOfSomethingElse(readdirSync(folder))) {
      throw new StartProblem(`The folder ${folder} holds other files. Choose an empty one with --data-dir.`);
    }
    return folder;
  } catch (error) {
    throw error instanceof StartProblem ? error : problemOf(error, folder);
  }
};

/** Its permissions are about to be narrowed, which must not happen to a home or a temporary folder. */
const isOfSomethingElse = (names: readonly string[]): boolean =>
  !names.some((name) => /^(?:postgres|service\.pid)/.test(name)) &&
  names.some((name) => !name.startsWith('.') && name !== 'lost+found');

const problemOf = (error: unknown, folder: string): StartProblem => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return new StartProblem(`${folder} is not a folder. Choose another --data-dir.`);
  if (code === 'ENOSPC') return new StartProblem(`The disk of ${folder} is full. Make room and start again.`);
  return new StartProblem(
    `The folder ${folder} can't be used. Check its permissions or choose another --data-dir.`,
  );
};

/** How to let go of the folder again. `undefined` where a service holds it and a command may go through that one. */
export const ownFolder = async (folder: string, purpose: Purpose): Promise<(() => void) | undefined> => {
  for (let waitedMs = 0; ; waitedMs += STEP_MS) {
    const attempt = tryLock(folder, purpose);
    if (attempt.type === 'taken') return attempt.release;
    const { pid, purpose: others } = attempt.owner;
    if (others === 'serve' && purpose === 'command') return undefined;
    if (others === 'serve' || waitedMs >= COMMAND_MS) {
      throw new StartProblem(
        `The folder ${folder} is in use by another mhb-sync (pid ${String(pid)}). Stop it first.`,
      );
    }
    await wait(STEP_MS);
  }
};

const tryLock = (folder: string, purpose: Purpose): LockAttempt => {
  try {
    return takeFolderLock(folder, purpose);
  } catch (error) {
    throw problemOf(error, folder);
  }
};
