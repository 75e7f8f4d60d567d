/** Adds up how long each part of a floor takes, however the parts take turns. */

export class Stopwatch {
  readonly #msByPart = new Map<string, number>();

  async time<Value>(part: string, work: () => Value | Promise<Value>): Promise<Value> {
    const begunAt = performance.now();
    const value = await work();
    this.#msByPart.set(part, (this.#msByPart.get(part) ?? 0) + performance.now() - begunAt);
    return value;
  }

  /** Milliseconds by part, in the order in which the parts first came. */
  parts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#msByPart);
  }
}
