/** Single keys that act outside of fields. They can be turned off in Settings, and never fire while somebody types. */
import { createContext } from 'svelte';
import type { WindowDevice } from '../device/window-device.svelte.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox],[type=radio]), textarea, select'));

/** Enter presses what has the focus, where that can be pressed. */
const isPressing = ({ key, target }: KeyboardEvent): boolean =>
  key === 'Enter' && target instanceof HTMLElement && target.matches('a[href], button, summary, input');

export class Shortcuts {
  readonly #device: WindowDevice;
  readonly #acts = new Map<string, () => void>();

  constructor(device: WindowDevice) {
    this.#device = device;
  }

  /** `key` as the keyboard names it. Returns how to take it away again. */
  readonly add = (key: string, act: () => void): (() => void) => {
    const before = this.#acts.get(key);
    this.#acts.set(key, act);
    return () => {
      if (before === undefined) this.#acts.delete(key);
      else this.#acts.set(key, before);
    };
  };

  /** The same of several keys. */
  readonly addAll = (acts: Readonly<Record<string, () => void>>): (() => void) => {
    const removes = Object.entries(acts).map(([key, act]) => this.add(key, act));
    return () => {
      for (const remove of removes) remove();
    };
  };

  readonly press = (event: KeyboardEvent): void => {
    if (this.#device.settings?.shortcuts === false || event.ctrlKey || event.altKey || event.metaKey) return;
    if (
      event.defaultPrevented ||
      isTyping(event.target) ||
      isPressing(event) ||
      document.querySelector('[role=dialog],[role=alertdialog]')
    )
      return;
    const act = this.#acts.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
}

/** Acts of the digits from the first to the last, each told which it is. */
export const digitKeys = (
  first: number,
  last: number,
  act: (digit: number) => void,
): Readonly<Record<string, () => void>> =>
  Object.fromEntries(
    Array.from({ length: last - first + 1 }, (_, at) => [
      String(first + at),
      () => {
        act(first + at);
      },
    ]),
  );

const [useShortcuts, provideShortcuts] = createContext<Shortcuts>();
export { provideShortcuts, useShortcuts };
