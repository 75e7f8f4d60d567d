/**
 * What is asked together is shown together: a page that is painted anew for each of sixteen answers takes twice as long
 * until all of it stands, and jumps on the way. A question that takes long holds up the others no longer than a moment.
 */
const MOMENT_MS = 60;

export class Together {
  #open = 0;
  #shown: PromiseWithResolvers<undefined> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Resolves with the answer once the others are there too, or the moment is over. */
  readonly ask = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    this.#open += 1;
    this.#shown ??= this.#begin();
    const { promise } = this.#shown;
    try {
      return await ask();
    } finally {
      this.#open -= 1;
      if (this.#open === 0) this.#end();
      await promise;
    }
  };

  #begin(): PromiseWithResolvers<undefined> {
    const shown = Promise.withResolvers<undefined>();
    this.#timer = setTimeout(() => {
      shown.resolve(undefined);
    }, MOMENT_MS);
    return shown;
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#shown?.resolve(undefined);
    this.#shown = undefined;
  }
}
