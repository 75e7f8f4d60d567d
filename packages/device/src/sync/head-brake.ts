/**
 * A head that is heard is followed at once. Where that has brought nothing several times in a row, the service says
 * heads that are none, or can't give what it speaks of: then ever later, so that it can't keep a device busy.
 */
const IN_VAIN_MAX = 5;
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 5 * 60_000;

export class HeadBrake {
  #inVain = 0;

  /** How the sync ended that followed a head. */
  followed({ broughtSomething }: { readonly broughtSomething: boolean }): void {
    this.#inVain = broughtSomething ? 0 : this.#inVain + 1;
  }

  /** How long the next head has to wait. */
  get pauseMs(): number {
    if (this.#inVain < IN_VAIN_MAX) return 0;
    return Math.min(PAUSE_MIN_MS * 2 ** Math.min(this.#inVain - IN_VAIN_MAX, 30), PAUSE_MAX_MS);
  }
}
