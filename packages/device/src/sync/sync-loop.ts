/**
 * Keeps syncing while the app runs (rule O8): at start, a moment after a burst of edits, and every few minutes. What
 * comes next follows from how the last sync ended, whoever asked for it:
 *
 *   done ──────────────► in 5 minutes, or 2 s after the next edits
 *   offline, busy ─────► after a pause that doubles up to 15 minutes, or as long as the service asked
 *   a person is needed ► nothing, until a sync that a person asked for is done
 */
import { entityKinds, type Result } from '@mhb/core-domain';
import { errorCodes } from '@mhb/core-domain/wire';
import { countOutbox } from '../changes/outbox.ts';
import { databaseFailure } from '../database/failures.ts';
import type { DeviceDeps } from '../deps.ts';
import { type SyncNotDone, syncOnce, type SyncOutcome } from './sync-once.ts';

export interface SyncPorts {
  /** Calls back once after so many milliseconds, later if the computer slept. Returns how to cancel that. */
  readonly wakeIn: (ms: number, callback: () => void) => () => void;
  /** How long after an edit a person is taken to have finished. */
  readonly typingPauseMs?: number;
}

export const EVERY_MS = 5 * 60_000;
export const BACK_OFF_MIN_MS = 2_000;
export const BACK_OFF_MAX_MS = 15 * 60_000;
const TYPING_PAUSE_MS = 2_000;
/** Who never pauses is synced after this many pauses all the same. */
const PAUSES_MAX = 10;

export class SyncLoop {
  readonly #deps: DeviceDeps & SyncPorts;
  #phase: 'resting' | 'backing off' | 'halted' = 'halted';
  #failures = 0;
  #firstEditMs: number | undefined;
  #cancelWake: () => void = () => undefined;
  #stopListening: readonly (() => void)[] = [];

  constructor(deps: DeviceDeps & SyncPorts) {
    this.#deps = deps;
  }

  start(): void {
    const { changeFeed, syncDoor } = this.#deps;
    this.#stopListening = [
      changeFeed.onChange(entityKinds, () => {
        this.#edited();
      }),
      syncDoor.onDone((outcome) => {
        this.#done(outcome);
      }),
    ];
    this.#sync();
  }

  stop(): void {
    this.#phase = 'halted';
    this.#cancelWake();
    for (const stopListening of this.#stopListening) stopListening();
  }

  #sync(): void {
    this.#firstEditMs = undefined;
    syncOnce(this.#deps).catch((error: unknown) => {
      // A full disk or a locked file passes.
      if (databaseFailure(error) === undefined) throw error;
      this.#backOff();
    });
  }

  #edited(): void {
    // What arrived tells the feed too; only what waits to be sent is an edit.
    const { clock, database, typingPauseMs = TYPING_PAUSE_MS } = this.#deps;
    if (countOutbox(database) === 0) return;
    const nowMs = clock.nowMs();
    this.#firstEditMs ??= nowMs;
    if (this.#phase !== 'resting') return;
    const latestMs = this.#firstEditMs + PAUSES_MAX * typingPauseMs;
    this.#wakeIn(Math.min(Math.max(latestMs - nowMs, 0), typingPauseMs));
  }

  #done(outcome: Result<SyncOutcome, SyncNotDone>): void {
    if (!outcome.ok) {
      if (passes(outcome.error)) this.#backOff(retryAfterOf(outcome.error));
      else this.#halt();
      return;
    }
    this.#phase = 'resting';
    this.#failures = 0;
    this.#wakeIn(EVERY_MS * (0.9 + 0.2 * this.#random()));
    // An edit during the upload's last request: its own wake was just replaced.
    if (this.#firstEditMs !== undefined) this.#edited();
  }

  #backOff(atLeastMs = 0): void {
    this.#phase = 'backing off';
    const longest = Math.min(BACK_OFF_MIN_MS * 2 ** this.#failures, BACK_OFF_MAX_MS);
    this.#failures = Math.min(this.#failures + 1, 30);
    // Never much sooner than half, so that many devices don't come back at once.
    this.#wakeIn(Math.max(longest * (0.5 + 0.5 * this.#random()), atLeastMs));
  }

  #halt(): void {
    this.#phase = 'halted';
    this.#cancelWake();
  }

  #wakeIn(ms: number): void {
    this.#cancelWake();
    this.#cancelWake = this.#deps.wakeIn(ms, () => {
      this.#sync();
    });
  }

  /** From 0 to 1. */
  #random(): number {
    return (this.#deps.randomBytes(1)[0] ?? 0) / 255;
  }
}

/** Whether it may go away without anybody doing something. */
const passes = (failure: SyncNotDone): boolean => {
  if (failure.type !== 'Refused')
    return ['Offline', 'NotASyncService', 'ServiceMisbehaved'].includes(failure.type);
  const { action } = errorCodes[failure.code];
  return action !== 'stop' && action !== 'ask the person';
};

const retryAfterOf = (failure: SyncNotDone): number | undefined =>
  failure.type === 'Refused' ? failure.retry_after_ms : undefined;
