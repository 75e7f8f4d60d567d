/** What was just done, said once and politely, with a way back where there is one. */
import { createContext } from 'svelte';

export interface Toast {
  readonly id: number;
  readonly text: string;
  /** A failure, or what it is time for, stays until it is closed. */
  readonly stays: boolean;
  /** Where it leads. */
  readonly way?: { readonly text: string; readonly href: string } | undefined;
  readonly undo?: (() => unknown) | undefined;
}

export class Toasts {
  shown = $state.raw<readonly Toast[]>([]);
  #next = 0;

  /** `undo` takes back what was done; the toast then goes. */
  readonly say = (text: string, undo?: Toast['undo']): void => {
    this.#add({ text, undo, stays: false });
  };

  readonly fail = (text: string): void => {
    this.#add({ text, stays: true });
  };

  /** What it is time for, and the page where it is done. */
  readonly remind = (text: string, way: NonNullable<Toast['way']>): void => {
    this.#add({ text, way, stays: true });
  };

  readonly close = (id: number): void => {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  };

  #add(toast: Omit<Toast, 'id'>): void {
    this.#next += 1;
    // The same sentence twice is one; more than three at a time is noise.
    const others = this.shown.filter(({ text }) => text !== toast.text);
    this.shown = [...others.slice(-2), { ...toast, id: this.#next }];
  }
}

const [useToasts, provideToasts] = createContext<Toasts>();
export { provideToasts, useToasts };
