/** Everything that happens in a world, in order: one hash over all of it, and the sentences of its story. */
import { createHash } from 'node:crypto';

/** A promise that a run of the simulation saw broken. The number is that of the invariant in reliability's list. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: number;

  constructor(invariant: number, words: string) {
    super(words);
    this.invariant = invariant;
  }
}

const SENTENCES_MAX = 20_000;

export class Trace {
  readonly #hash = createHash('sha256');
  readonly #sentences: string[] = [];
  /** Acts, requests and faults. */
  operations = 0;

  /** Something that happened. Told again when the seed fails. */
  tell(sentence: string): void {
    this.#hash.update(sentence).update('\n');
    if (this.#sentences.length < SENTENCES_MAX) this.#sentences.push(sentence);
  }

  /** An act, a request or a fault. */
  operation(sentence: string): void {
    this.operations += 1;
    this.tell(sentence);
  }

  /** Bytes that every run of the seed must see alike, and nobody wants to read. */
  note(bytes: string | Uint8Array): void {
    this.#hash.update(bytes);
  }

  get story(): readonly string[] {
    return this.#sentences;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
