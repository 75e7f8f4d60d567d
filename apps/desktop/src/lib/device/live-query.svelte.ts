/** The latest answer to a question, asked again whenever the device says that one of its kinds changed. */
import type { AnswerOf, CommandName, InputOf, Refusal } from '@mhb/device';
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

/**
 * The answer of one command. What it is asked is read here and now, so a `$derived` around it asks anew when that
 * changes; inside of a question that is asked later, nothing would be noticed.
 */
export const liveCall = <Name extends CommandName>(
  device: WindowDevice,
  kinds: readonly Kind[],
  name: Name,
  input: InputOf<Name>,
): LiveQuery<AnswerOf<Name>> => new LiveQuery(device, kinds, () => device.call(name, input));
