/**
 * A wrong passphrase costs time that grows with every further one, also over restarts: nothing for the first two, then
 * 1, 2, 4 … seconds, at most five minutes, since somebody in a bad week who has it wrong must not be shut out for
 * long. Against a thief with a copy of the files it is Argon2id that helps, not this.
 */
import { z } from 'zod';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../private-file.ts';

const Attempts = z.strictObject({ wrong: z.int().min(0), last_ms: z.int() }).readonly();
type Attempts = z.infer<typeof Attempts>;

const FREE_ATTEMPTS = 2;
const WAIT_SECONDS_MAX = 300;

/** How long to wait after so many wrong ones. */
export const waitSecondsAfter = (wrong: number): number =>
  wrong <= FREE_ATTEMPTS ? 0 : Math.min(2 ** (wrong - FREE_ATTEMPTS - 1), WAIT_SECONDS_MAX);

/** How many seconds are left before another attempt, and counts it as a wrong one where none are. */
export const beginAttempt = (
  path: string,
  nowMs: number,
): { readonly waitSeconds: number; readonly wrong: number } => {
  const { wrong, last_ms } = read(path);
  // A clock that was set back must not shut anybody out until it has caught up.
  const since = nowMs < last_ms ? 0 : nowMs - last_ms;
  if (nowMs < last_ms) write(path, { wrong, last_ms: nowMs });
  const leftMs = waitSecondsAfter(wrong) * 1_000 - since;
  if (leftMs > 0) return { waitSeconds: Math.ceil(leftMs / 1_000), wrong };
  // Before the passphrase is tried, so that ending the program does not undo it.
  write(path, { wrong: wrong + 1, last_ms: nowMs });
  return { waitSeconds: 0, wrong: wrong + 1 };
};

/** The passphrase was right. */
export const forgetAttempts = (path: string): void => {
  unlessDiskFails(() => {
    removePrivateFile(path);
  });
};

const read = (path: string): Attempts => {
  const text = readPrivateFile(path);
  try {
    return Attempts.parse(JSON.parse((text.ok ? text.value : undefined) ?? ''));
  } catch {
    return { wrong: 0, last_ms: 0 };
  }
};

const write = (path: string, attempts: Attempts): void => {
  unlessDiskFails(() => {
    writePrivateFile(path, JSON.stringify(attempts));
  });
};

/** A full disk must not keep anybody from their own entries. */
const unlessDiskFails = (act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
};
