/**
 * Lets calls through to the device while it is open, and has them wait while it is aside for another command. It is
 * shut once the calls that run have ended.
 */
import type { Device } from '@mhb/device';

type WakeIn = (ms: number, callback: () => void) => () => void;

export class CallGate {
  readonly #wakeIn: WakeIn;
  readonly #running = new Set<Promise<unknown>>();
  readonly #waiting = new Set<(device: Device | undefined) => void>();
  #device: Device | undefined;

  constructor({ wakeIn }: { readonly wakeIn: WakeIn }) {
    this.#wakeIn = wakeIn;
  }

  open(device: Device): void {
    this.#device = device;
    this.#wake(device);
  }

  /** New calls wait from now on. Resolves when none runs any more, or after so long at most. */
  async shut(waitMs: number): Promise<void> {
    this.#device = undefined;
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const cancel = this.#wakeIn(waitMs, () => {
      resolve(undefined);
    });
    await Promise.race([Promise.allSettled(this.#running), late]);
    cancel();
  }

  /** There is nothing to wait for. */
  turnAway(): void {
    this.#wake(undefined);
  }

  /** `undefined` where it stayed shut for so long, or nobody comes any more. */
  async use<Answer>(
    act: (device: Device) => Promise<Answer>,
    { waitMs }: { readonly waitMs: number },
  ): Promise<Answer | undefined> {
    const device = this.#device ?? (await this.#wait(waitMs));
    if (device === undefined) return undefined;
    const answer = act(device);
    this.#running.add(answer);
    try {
      return await answer;
    } finally {
      this.#running.delete(answer);
    }
  }

  #wait(waitMs: number): Promise<Device | undefined> {
    const { promise, resolve } = Promise.withResolvers<Device | undefined>();
    const cancel = this.#wakeIn(waitMs, () => {
      resolve(undefined);
    });
    this.#waiting.add(resolve);
    return promise.finally(() => {
      cancel();
      this.#waiting.delete(resolve);
    });
  }

  #wake(device: Device | undefined): void {
    for (const resolve of this.#waiting) resolve(device);
  }
}
