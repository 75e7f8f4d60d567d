/**
 * One process owns a data folder. The lock is a file that names its owner and when that process began, so that one
 * left behind by a kill is recognised and taken over.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, startOf } from './process-identity.ts';

/** A service stays; a command is done in a moment. */
export type Purpose = 'serve' | 'command';

export interface Owner {
  readonly pid: number;
  readonly purpose: Purpose;
}

export type LockAttempt =
  { readonly type: 'taken'; readonly release: () => void } | { readonly type: 'held'; readonly owner: Owner };

export const takeFolderLock = (folder: string, purpose: Purpose): LockAttempt => {
  const path = join(folder, 'service.pid');
  const mine = `${String(process.pid)} ${startOf(process.pid)} ${purpose}\n`;
  for (;;) {
    if (create(path, mine)) {
      return {
        type: 'taken',
        release: () => {
          if (read(path) === mine) rmSync(path, { force: true });
        },
      };
    }
    const found = read(path);
    if (found === undefined) continue;
    const owner = livingOwner(found);
    if (owner !== undefined) return { type: 'held', owner };
    removeStale(path, found);
  }
};

/** Written first and then given its name, so that nobody reads half a lock and takes it for a stale one. */
const create = (path: string, text: string): boolean => {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
};

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const livingOwner = (text: string): Owner | undefined => {
  const [pid = '', start, purpose] = text.trim().split(' ');
  const owner: Owner = { pid: Number(pid), purpose: purpose === 'command' ? 'command' : 'serve' };
  return owner.pid > 0 && isAlive(owner.pid) && startOf(owner.pid) === start ? owner : undefined;
};

/** Moved aside first: where another start was quicker, what we moved is its new lock, and it goes back. */
const removeStale = (path: string, stale: string): void => {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== stale) linkSync(aside, path);
  } catch {
    // Somebody else moved it; the next look at the file tells.
  } finally {
    rmSync(aside, { force: true });
  }
};
