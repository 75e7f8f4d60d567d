/**
 * Keeps one event stream open while sync is on (rule O8), so that a change elsewhere is heard at once. It decides
 * nothing: it says which head it heard, and that the service does not want to hear of this device.
 *
 *   closed ──open──► opening ──first head──► listening ──lost, or silent──► waiting, longer each time ──► opening
 *                       └── a service without events: the next try is hours away, and asking now and then must do
 */
import { errorCodes, limits } from '@mhb/core-domain/wire';
import type { DeviceDeps } from '../deps.ts';
import { readSecrets } from './account-keys.ts';
import type { SyncFailure } from './sync-api.ts';
import { readSyncState } from './sync-state.ts';

type WakeIn = (ms: number, callback: () => void) => () => void;

export interface HeadListenerPorts {
  readonly wakeIn: WakeIn;
  readonly onHead: (head: number) => void;
  /** It has opened, or is lost. */
  readonly onTurn: () => void;
  /** The key counts no more, or the like: a sync will say what it is. */
  readonly onRefused: () => void;
}

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 5 * 60_000;
const WITHOUT_EVENTS_MS = 6 * 60 * 60_000;
/** A stream that lasted so long was a good one. */
const STEADY_MS = 60_000;
/** Two signs of life that did not come. A computer that slept wakes up to this. */
const SILENT_MS = 2.5 * limits.EVENT_HEARTBEAT_MS;

export class HeadListener {
  readonly #deps: DeviceDeps & HeadListenerPorts;
  #phase: 'closed' | 'opening' | 'listening' | 'waiting' = 'closed';
  #failures = 0;
  #stream = new AbortController();
  #cancelWake: () => void = () => undefined;
  #cancelSilence: () => void = () => undefined;

  constructor(deps: DeviceDeps & HeadListenerPorts) {
    this.#deps = deps;
  }

  get isListening(): boolean {
    return this.#phase === 'listening';
  }

  /** Where none is open or waited for. */
  open(): void {
    if (this.#phase === 'closed') void this.#follow();
  }

  close(): void {
    this.#phase = 'closed';
    this.#failures = 0;
    this.#cancelWake();
    this.#cancelSilence();
    this.#stream.abort();
  }

  async #follow(): Promise<void> {
    const { clock, connect, database, syncDoor } = this.#deps;
    const state = readSyncState(database);
    const secrets = state && readSecrets(this.#deps, state);
    if (state === undefined || secrets?.ok !== true) {
      this.#phase = 'closed';
      return;
    }
    this.#phase = 'opening';
    const stream = new AbortController();
    this.#stream = stream;
    this.#expectSign(stream);
    const beganMs = clock.nowMs();
    const api = connect({
      url: state.url,
      apiKey: secrets.value.api_key,
      // Turning sync off ends it too.
      signal: AbortSignal.any([stream.signal, syncDoor.signal]),
    });
    const ended = await api.events((head) => {
      if (stream.signal.aborted) return;
      this.#expectSign(stream);
      if (head !== undefined) this.#heard(head);
    });
    // One that was closed has nothing more to say.
    if (this.#stream !== stream || this.#isClosed()) return;
    this.#cancelSilence();
    if (clock.nowMs() - beganMs > STEADY_MS) this.#failures = 0;
    if (!ended.ok) this.#lost(ended.error);
  }

  #isClosed(): boolean {
    return this.#phase === 'closed';
  }

  #heard(head: number): void {
    if (this.#phase === 'opening') {
      this.#phase = 'listening';
      this.#deps.onTurn();
    }
    this.#deps.onHead(head);
  }

  #expectSign(stream: AbortController): void {
    this.#cancelSilence();
    this.#cancelSilence = this.#deps.wakeIn(SILENT_MS, () => {
      stream.abort();
    });
  }

  #lost(failure: SyncFailure): void {
    const wasListening = this.isListening;
    this.#phase = 'waiting';
    if (hasNoEvents(failure)) {
      this.#wake(WITHOUT_EVENTS_MS);
    } else {
      const longest = Math.min(RETRY_MS_MIN * 2 ** this.#failures, RETRY_MS_MAX);
      this.#failures = Math.min(this.#failures + 1, 30);
      const asked = failure.type === 'Refused' ? (failure.retry_after_ms ?? 0) : 0;
      // Never much sooner than half, so that the devices of a service that stopped don't come back at once.
      const chance = (this.#deps.randomBytes(1)[0] ?? 0) / 255;
      this.#wake(Math.max(longest * (0.5 + 0.5 * chance), asked));
    }
    if (wasListening) this.#deps.onTurn();
    if (failure.type === 'Refused' && errorCodes[failure.code].action === 'ask the person')
      this.#deps.onRefused();
  }

  #wake(ms: number): void {
    this.#cancelWake();
    this.#cancelWake = this.#deps.wakeIn(ms, () => void this.#follow());
  }
}

/** A service of an earlier version, or one that turns this device away whatever it asks: a sync says which. */
const hasNoEvents = (failure: SyncFailure): boolean =>
  failure.type === 'NotASyncService' ||
  failure.type === 'ServiceTooOld' ||
  (failure.type === 'Refused' && errorCodes[failure.code].action === 'stop');
