/** The latest answer to a question, asked again whenever the device says that one of its kinds changed. */
import type { AnswerOf, CommandName, InputOf, Refusal } from '@mhb/device';
import { createSubscriber } from 'svelte/reactivity';
import type { Answer, Kind, WindowDevice } from './window-device.svelte.ts';

export class LiveQuery<Value> {
  #value: Value | undefined;
  #error: Refusal | undefined;
  readonly #watch: () => void;
  readonly #refresh: () => Promise<void>;

  /** Asks at once, so that a page asks all it needs together and not piece by piece as it comes to show it. */
  constructor(device: WindowDevice, kinds: readonly Kind[], ask: () => Promise<Answer<Value>>) {
    let turn = 0;
    /** As of which revision the answer is, or is being asked. */
    let known: number | undefined;
    let tell = (): void => undefined;
    const refresh = async (): Promise<void> => {
      const mine = ++turn;
      known = device.revisionOf(kinds);
      // Asking may write state, which must not happen while something is derived.
      await Promise.resolve();
      if (mine !== turn) return;
      const answer = await device.together.ask(ask);
      // A slower, older answer must not replace a newer one.
      if (mine !== turn) return;
      if (answer.error === undefined) this.#value = answer.value;
      else known = undefined;
      this.#error = answer.error;
      tell();
    };
    this.#refresh = refresh;
    void refresh();
    this.#watch = createSubscriber((changed) => {
      tell = changed;
      const stop = device.onChange(kinds, () => void refresh());
      // While nobody watched, something may have changed that nobody was told of.
      if (known !== device.revisionOf(kinds)) void refresh();
      return () => {
        tell = () => undefined;
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
