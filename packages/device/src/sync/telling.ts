/**
 * When devices tell each other what they have, while the loop runs (rule E10): edits go out at once and alone, and the
 * telling follows once, a moment after the last of a burst, or after a minute where there is no last one.
 */
import type { SyncExtent } from './sync-once.ts';

/** An edit is seen elsewhere sooner, and a burst of them is told of once. */
export const TELL_PAUSE_MS = 5_000;
const TELL_LATEST_MS = 60_000;

export class Telling {
  #wasBrief = false;
  #untoldSinceMs: number | undefined;

  /** What a sync is to do that may leave the telling to another one. */
  begins({ isBrief: mayBeBrief }: SyncExtent, nowMs: number): SyncExtent {
    const untoldMs = nowMs - (this.#untoldSinceMs ?? Infinity);
    this.#wasBrief = mayBeBrief && untoldMs < TELL_LATEST_MS;
    return { isBrief: this.#wasBrief };
  }

  /** Whether the next sync is to come soon, to tell. Once: where the telling fails it waits for the next sync. */
  isToFollow({ isDue, nowMs }: { readonly isDue: boolean; readonly nowMs: number }): boolean {
    const isLeft = this.#wasBrief && isDue;
    this.#untoldSinceMs = isLeft ? (this.#untoldSinceMs ?? nowMs) : undefined;
    this.#wasBrief = false;
    return isLeft;
  }
}
