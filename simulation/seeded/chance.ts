/** All chance of a simulated world, from one seed. Each concern has a stream of its own, so that one step that is left out leaves the others as they are. */
import { createHash } from 'node:crypto';

export class Chance {
  #state: number;

  constructor(...names: readonly (string | number)[]) {
    this.#state = createHash('sha256').update(names.join(' ')).digest().readUInt32LE(0);
  }

  /** 32 bits (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0, less than `end`. */
  below(end: number): number {
    return this.next() % Math.max(end, 1);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True so many times in a thousand. */
  permille(times: number): boolean {
    return this.below(1_000) < times;
  }

  pick<Value>(values: readonly Value[]): Value | undefined {
    return values[this.below(values.length)];
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    // The keys of a record of names are those names.
    const entries = Object.entries(weights) as [Name, number][];
    let place = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [name, weight] of entries) {
      place -= weight;
      if (place < 0) return name;
    }
    throw new Error('there is nothing to choose from');
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let index = 0; index < length; index += 4) {
      const word = this.next();
      for (let byte = 0; byte < 4 && index + byte < length; byte += 1) {
        bytes[index + byte] = (word >>> (byte * 8)) & 0xff;
      }
    }
    return bytes;
  }
}
