/** Locks after nobody asked anything for as long as the person set; also where the computer slept through that time. */

interface IdleLockDeps {
  readonly nowMs: () => number;
  readonly wakeIn: (ms: number, callback: () => void) => () => void;
  /** `null` for never. */
  readonly minutes: () => number | null;
  readonly lock: () => Promise<unknown>;
}

export class IdleLock {
  readonly #deps: IdleLockDeps;
  #lastMs: number;
  #cancel: () => void = () => undefined;

  constructor(deps: IdleLockDeps) {
    this.#deps = deps;
    this.#lastMs = deps.nowMs();
  }

  /** Somebody asks. Resolves once that may go on: first it locks, where the time had passed unseen. */
  async touch(): Promise<void> {
    if (this.#leftMs() <= 0) await this.#deps.lock();
    this.#lastMs = this.#deps.nowMs();
    this.#plan();
  }

  stop(): void {
    this.#cancel();
  }

  #leftMs(): number {
    const minutes = this.#deps.minutes();
    return minutes === null ? Infinity : this.#lastMs + minutes * 60_000 - this.#deps.nowMs();
  }

  #plan(): void {
    this.#cancel();
    const leftMs = this.#leftMs();
    if (leftMs === Infinity) return;
    this.#cancel = this.#deps.wakeIn(Math.max(leftMs, 0), () => {
      if (this.#leftMs() <= 0) void this.#deps.lock();
      else this.#plan();
    });
  }
}
