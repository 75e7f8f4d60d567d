/** The latest answer to a question, asked again whenever the device says that one of its kinds changed. */
import type { Refusal } from '@mhb/device';
import { createSubscriber } from 'svelte/reactivity';
import type { Answer, Kind, WindowDevice } from './window-device.svelte.ts';

export class LiveQuery<Value> {
  #value: Value | undefined;
  #error: Refusal | undefined;
  readonly #watch: () => void;
  #refresh: () => Promise<void> = () => Promise.resolve();

  constructor(device: WindowDevice, kinds: readonly Kind[], ask: () => Promise<Answer<Value>>) {
    this.#watch = createSubscriber((changed) => {
      let turn = 0;
      this.#refresh = async () => {
        const mine = ++turn;
        const answer = await ask();
        // A slower, older answer must not replace a newer one, nor wake a page that has gone.
        if (mine !== turn) return;
        if (answer.error === undefined) this.#value = answer.value;
        this.#error = answer.error;
        changed();
      };
      const stop = device.onChange(kinds, () => void this.#refresh());
      void this.#refresh();
      return () => {
        turn += 1;
        stop();
      };
    });
  }

  /** `undefined` until the first answer arrives; afterwards the last that was no refusal. */
  get current(): Value | undefined {
    this.#watch();
    return this.#value;
  }

  /** Why the last asking was refused. */
  get error(): Refusal | undefined {
    this.#watch();
    return this.#error;
  }

  /** Asks once more, where a person wants to try again. */
  readonly again = (): Promise<void> => this.#refresh();
}
