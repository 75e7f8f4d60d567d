/**
 * Keeps syncing while the app runs (rule O8): at start, a moment after a burst of edits, when the service has more
 * than this device, and every few minutes. What comes next follows from how the last sync ended, whoever asked for it:
 *
 *   done ──────────────► in 5 minutes, 2 s after the next edits, or when a head is heard that is beyond what is known
 *   done with records ─► the same, but 5 s after the last of them the devices tell each other what they have
 *   offline, busy ─────► after a pause that doubles up to 15 minutes, or as long as the service asked
 *   a person is needed ► nothing, until a sync that a person asked for is done
 */
import { entityKinds, type Result } from '@mhb/core-domain';
import { countOutbox } from '../changes/outbox.ts';
import { databaseFailure } from '../database/failures.ts';
import type { DeviceDeps } from '../deps.ts';
import { isManifestDue } from './exchange-manifests.ts';
import { codeOfFailure, turnAfter } from './failure-facts.ts';
import { HeadBrake } from './head-brake.ts';
import { HeadListener } from './head-listener.ts';
import { readCompleteHead } from './service-state.ts';
import { type SyncExtent, type SyncNotDone, syncOnce, type SyncOutcome } from './sync-once.ts';
import { TELL_PAUSE_MS, Telling } from './telling.ts';

export interface SyncPorts {
  /** Calls back once after so many milliseconds, later if the computer slept. Returns how to cancel that. */
  readonly wakeIn: (ms: number, callback: () => void) => () => void;
  /** How long after an edit a person is taken to have finished. */
  readonly typingPauseMs?: number;
  /** Told when that changes. */
  readonly onState?: (state: LoopState) => void;
}

/** Whether changes of others come at once, every few minutes, once the service is back, or when a person has acted. */
export type LoopState = 'syncing' | 'listening' | 'polling' | 'backing off' | 'halted';

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
  readonly #listener: HeadListener;
  readonly #brake = new HeadBrake();
  /** The sync that runs or was last asked for follows a head. */
  #followsHead = false;
  /** A head was heard, and waits for its turn. */
  #isBraked = false;
  /** The latest head that was heard and not looked at. */
  #heard: number | undefined;
  #isOffline = false;
  readonly #telling = new Telling();
  #state: LoopState | undefined;

  constructor(deps: DeviceDeps & SyncPorts) {
    this.#deps = deps;
    this.#listener = new HeadListener({
      ...deps,
      onHead: (head) => {
        this.#heard = head;
        // While a sync runs the head may be its own upload's: looked at when it is done.
        if (!deps.syncDoor.isBusy) this.#lookAtHead();
      },
      onTurn: () => {
        this.#tell();
      },
      onRefused: () => {
        if (this.#phase === 'resting') this.#sync({ isBrief: false });
      },
    });
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
    this.#sync({ isBrief: false });
  }

  stop(): void {
    this.#phase = 'halted';
    this.#cancelWake();
    this.#listener.close();
    for (const stopListening of this.#stopListening) stopListening();
  }

  #sync(extent: SyncExtent): void {
    this.#firstEditMs = undefined;
    this.#heard = undefined;
    this.#isBraked = false;
    this.#tell('syncing');
    syncOnce(this.#deps, this.#telling.begins(extent, this.#deps.clock.nowMs())).catch((error: unknown) => {
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
    this.#wakeIn(Math.min(Math.max(latestMs - nowMs, 0), typingPauseMs), { isBrief: true });
  }

  /** What this device wrote itself is no news to it. */
  #lookAtHead(): void {
    const head = this.#heard;
    const isWaiting = this.#phase === 'resting' || (this.#phase === 'backing off' && this.#isOffline);
    if (head === undefined || !isWaiting || this.#isBraked) return;
    this.#heard = undefined;
    if (head > (readCompleteHead(this.#deps.database) ?? -1) || this.#isOffline) this.#follow();
  }

  #follow(): void {
    const { pauseMs } = this.#brake;
    this.#followsHead = true;
    if (pauseMs === 0) {
      this.#sync({ isBrief: true });
    } else {
      this.#isBraked = true;
      this.#wakeIn(pauseMs, { isBrief: true });
    }
  }

  #done(outcome: Result<SyncOutcome, SyncNotDone>): void {
    this.#isOffline = !outcome.ok && outcome.error.type === 'Offline';
    if (this.#followsHead)
      this.#brake.followed({ broughtSomething: outcome.ok && hasBrought(outcome.value) });
    this.#followsHead = false;
    this.#isBraked = false;
    if (!outcome.ok) {
      if (turnAfter(codeOfFailure(outcome.error)) === 'nobody') this.#backOff(retryAfterOf(outcome.error));
      else this.#halt();
      return;
    }
    this.#phase = 'resting';
    this.#failures = 0;
    const isToBeTold = this.#telling.isToFollow({
      isDue: isManifestDue(this.#deps),
      nowMs: this.#deps.clock.nowMs(),
    });
    this.#wakeIn(isToBeTold ? TELL_PAUSE_MS : EVERY_MS * (0.9 + 0.2 * this.#random()));
    // An edit during the upload's last request: its own wake was just replaced.
    if (this.#firstEditMs !== undefined) this.#edited();
    this.#listener.open();
    this.#tell();
    this.#lookAtHead();
  }

  #backOff(atLeastMs = 0): void {
    this.#phase = 'backing off';
    const longest = Math.min(BACK_OFF_MIN_MS * 2 ** this.#failures, BACK_OFF_MAX_MS);
    this.#failures = Math.min(this.#failures + 1, 30);
    // Never much sooner than half, so that many devices don't come back at once.
    this.#wakeIn(Math.max(longest * (0.5 + 0.5 * this.#random()), atLeastMs));
    this.#tell();
  }

  #halt(): void {
    this.#phase = 'halted';
    this.#cancelWake();
    this.#listener.close();
    this.#tell();
  }

  #tell(state = this.#restingState()): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#deps.onState?.(state);
  }

  #restingState(): LoopState {
    if (this.#phase !== 'resting') return this.#phase;
    return this.#listener.isListening ? 'listening' : 'polling';
  }

  #wakeIn(ms: number, extent: SyncExtent = { isBrief: false }): void {
    this.#cancelWake();
    this.#cancelWake = this.#deps.wakeIn(ms, () => {
      this.#sync(extent);
    });
  }

  /** From 0 to 1. */
  #random(): number {
    return (this.#deps.randomBytes(1)[0] ?? 0) / 255;
  }
}

const hasBrought = ({ downloaded, merged, uploaded }: SyncOutcome): boolean =>
  downloaded + merged + uploaded > 0;

const retryAfterOf = (failure: SyncNotDone): number | undefined =>
  failure.type === 'Refused' ? failure.retry_after_ms : undefined;
